package io.espalier.cli;

import io.espalier.bench.CommBench;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench comm}. */
@Command(
    name = "comm",
    description =
        "All-reduce of two ranks on this machine, over memory, Unix-domain sockets and TCP: time"
            + " and GB/s, beside PyTorch's Gloo where asked.",
    footer = {
      "  espalier bench comm",
      "  espalier bench comm --peer /opt/torch/bin/python --rounds 7 --json"
    })
final class BenchCommCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchPeerOptions peer = new BenchPeerOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--peer-script",
      paramLabel = "FILE",
      defaultValue = "benchmarks/peer_comm.py",
      description = "What that Python runs (default: ${DEFAULT-VALUE}).")
  private Path peerScript = Path.of("");

  @Override
  public Integer call() {
    CommBench.Settings settings =
        new CommBench.Settings(CommBench.Size.ALL, peer.rounds(), peer.python(), peerScript);
    Measurement.of(CommBench.measure(settings)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
