package io.espalier.cli;

import io.espalier.bench.GenerateBench;
import io.espalier.bench.GenerateSize;
import io.espalier.torch.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench generate}: runs without Spark and Hadoop on the class path. */
@Command(
    name = "generate",
    description = {
      "Tokens per second of one model that writes text, beside PyTorch if wanted.",
      "  a     4 layers, hidden size 128, vocabulary 4096",
      "  c     12 layers, hidden size 768, vocabulary 8192",
      "  gpt2  12 layers, hidden size 768, vocabulary 50257",
      "With --peer a loop in PyTorch that keeps keys and values, too, runs in turns with ours."
    },
    footer = {
      "  espalier bench generate --size a",
      "  espalier bench generate --threads 2 --peer python3 --json"
    })
final class BenchGenerateCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();
  @Mixin private BenchPeerOptions peer = new BenchPeerOptions();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = ALL,
      description = "a, c, gpt2 or all (default: ${DEFAULT-VALUE}).")
  private String size = ALL;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      converter = BenchTrainCommand.PrecisionName.class,
      description = "float32, bfloat16 or float64 (default: ${DEFAULT-VALUE}).")
  private Precision precision = Precision.FLOAT32;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of an operator, of both sides (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Override
  public Integer call() {
    List<GenerateSize> sizes = size.equals(ALL) ? GenerateSize.ALL : List.of(GenerateSize.of(size));
    Path script = Path.of(System.getProperty("espalier.home", ""), "benchmarks/peer_generate.py");
    var settings =
        new GenerateBench.Settings(sizes, peer.rounds(), precision, threads, peer.python(), script);
    Measurement.of(GenerateBench.measure(settings)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }
}
