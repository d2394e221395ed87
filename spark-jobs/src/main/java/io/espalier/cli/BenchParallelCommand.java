package io.espalier.cli;

import io.espalier.bench.ParallelBench;
import io.espalier.bench.TrainSize;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier bench parallel}: runs without Spark and Hadoop on the class path. */
@Command(
    name = "parallel",
    description = {
      "One model on two cores: two tensor-parallel ranks beside one rank with two threads (12 layers,",
      "hidden size 768), two data-parallel ranks beside two independent trainings (6 layers, hidden",
      "size 256, accumulation 4), and PyTorch with Gloo in turns with ours if wanted."
    },
    footer = {
      "  espalier bench parallel",
      "  espalier bench parallel --peer /opt/torch/bin/python --rounds 7 --json"
    })
final class BenchParallelCommand implements Callable<Integer> {
  private static final int ACCUMULATION = 4;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchPeerOptions peer = new BenchPeerOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() {
    Path script = Path.of(System.getProperty("espalier.home", ""), "benchmarks/peer_parallel.py");
    ParallelBench.Settings settings =
        new ParallelBench.Settings(
            TrainSize.of("c"),
            TrainSize.of("b"),
            ACCUMULATION,
            peer.rounds(),
            peer.python(),
            script);
    Measurement.of(ParallelBench.measure(settings)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
