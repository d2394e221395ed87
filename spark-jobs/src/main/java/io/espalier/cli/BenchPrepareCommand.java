package io.espalier.cli;

import io.espalier.bench.PrepareBench;
import io.espalier.bench.PrepareBench.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code espalier bench prepare}. */
@Command(
    name = "prepare",
    description = {
      "Data preparation in processes of its own: MB per CPU-second, their compilers and collectors included.",
      "  near_duplicates  near-duplicate removal alone, beside datatrove's if wanted, and what both find",
      "  pipeline         raw text to packed sequences, with every filter",
      "More text than there is, is made of it by replacing a quarter of the words."
    },
    footer = {
      "  espalier bench prepare my-text --part near_duplicates --peer python3",
      "  espalier bench prepare my-text --part pipeline --repeat 1,2,4,8",
      "  espalier bench prepare my-text --part pipeline --documents 2000000 --cores 2"
    })
final class BenchPrepareCommand implements Callable<Integer> {
  private static final double BYTES_PER_GIGABYTE = 1e9;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private JsonOption json = new JsonOption();

  @Parameters(
      paramLabel = "FOLDER",
      description = "JSON lines with a field text, and plain text files, gzip or not.")
  private Path text = Path.of("");

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "near_duplicates,pipeline",
      split = ",",
      converter = PartName.class,
      description = "What to measure (default: ${DEFAULT-VALUE}).")
  private List<Part> parts = List.of();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      split = ",",
      description = "How many times the text, each a measurement (default: ${DEFAULT-VALUE}).")
  private List<Integer> repeats = List.of();

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "0",
      description = "One file of so many documents, instead of --repeat.")
  private long documents;

  @Option(
      names = "--file-gigabytes",
      paramLabel = "N",
      defaultValue = "0",
      description = "One file of so much text, instead of --repeat.")
  private double fileGigabytes;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Preparations of each size (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--cores",
      paramLabel = "N",
      defaultValue = "1",
      description = "Cores that Spark has (default: ${DEFAULT-VALUE}).")
  private int cores;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "Java's heap (default: ${DEFAULT-VALUE}).")
  private String memory = "";

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "${sys:java.io.tmpdir}",
      description = "Where text and tables are made and deleted (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("");

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      defaultValue = "",
      description = "A Python with datatrove: removes the same near duplicates in the same run.")
  private String python = "";

  @Override
  public Integer call() {
    Path script = Path.of(System.getProperty("espalier.home", ""), "benchmarks/peer_minhash.py");
    var settings =
        new PrepareBench.Settings(
            text,
            parts,
            repeats,
            documents,
            Math.round(fileGigabytes * BYTES_PER_GIGABYTE),
            rounds,
            cores,
            memory,
            folder,
            python,
            script);
    Measurement.of(PrepareBench.measure(settings)).print(json, spec.commandLine().getOut());
    return Failures.DONE;
  }

  /** Reads {@code near_duplicates}. */
  static final class PartName implements ITypeConverter<Part> {
    @Override
    public Part convert(String value) {
      return switch (value) {
        case "near_duplicates" -> Part.NEAR_DUPLICATES;
        case "pipeline" -> Part.PIPELINE;
        default ->
            throw new TypeConversionException(
                "part is %s but must be near_duplicates or pipeline".formatted(value));
      };
    }
  }
}
