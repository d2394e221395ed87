package io.espalier.cli;

import io.espalier.bench.TrainBench;
import io.espalier.bench.TrainSize;
import io.espalier.torch.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code espalier bench train}: runs without Spark and Hadoop on the class path. */
@Command(
    name = "train",
    description = {
      "CPU time of a training step and tokens/s for each core, beside PyTorch if wanted.",
      "  a  4 layers, hidden size 128, 16 sequences of 128 tokens, vocabulary 4096",
      "  b  6 layers, hidden size 256, 8 sequences of 256 tokens, vocabulary 4096",
      "  c  12 layers, hidden size 768, 2 sequences of 256 tokens, vocabulary 8192",
      "With --peer the same training in PyTorch runs in turns with ours."
    },
    footer = {
      "  espalier bench train",
      "  espalier bench train --size a --rounds 5 --peer python3 --json",
      "  espalier bench train --size c --precision bfloat16 --device cuda:0"
    })
final class BenchTrainCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = ALL,
      description = "a, b, c or all (default: ${DEFAULT-VALUE}).")
  private String size = ALL;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Stretches of about three seconds; medians count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      converter = PrecisionName.class,
      description = "float32, bfloat16 or float64 (default: ${DEFAULT-VALUE}).")
  private Precision precision = Precision.FLOAT32;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "auto, cpu, cuda:0, … (default: ${DEFAULT-VALUE}).")
  private String device = "";

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of an operator (default: ${DEFAULT-VALUE}, as a task with one core).")
  private int threads;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      defaultValue = "",
      description = "A Python with PyTorch, which trains the same in float32 on one thread.")
  private String python = "";

  @Override
  public Integer call() {
    List<TrainSize> sizes = size.equals(ALL) ? TrainSize.ALL : List.of(TrainSize.of(size));
    Path script = Path.of(System.getProperty("espalier.home", ""), "benchmarks/peer_train.py");
    var settings =
        new TrainBench.Settings(sizes, rounds, precision, device, threads, python, script);
    Measurement.of(TrainBench.measure(settings)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }

  /** Names as configuration files have them. */
  static final class PrecisionName implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String name) {
      return Stream.of(Precision.values())
          .filter(precision -> precision.toString().equals(name.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "precision is %s but must be float32, bfloat16 or float64".formatted(name)));
    }
  }
}
