package io.espalier.cli;

import io.espalier.job.Experiment;
import io.espalier.job.Generate;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier generate}: text from a model, as it comes. */
@Command(
    name = "generate",
    description = {
      "Continues a text with the experts mixed, or with one checkpoint.",
      "In the ensemble every token updates the posterior that mixes the experts. Starts no Spark."
    },
    footer = {
      "  espalier generate conf/quickstart.yaml 'The court held that'",
      "  espalier generate my.yaml 'def main(' --checkpoint expert/code --temperature 0.8",
      "  espalier generate my.yaml 'Once' --checkpoint merged/uniform --seed 7 --max-tokens 200"
    })
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions experimentOptions = new ExperimentOptions();

  @Parameters(index = "1", paramLabel = "PROMPT", description = "The text to go on from.")
  private String prompt = "";

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      description = {
        "seed, dense, expert/<domain> or merged/<name> (default: the ensemble of all experts)."
      })
  private Optional<String> checkpoint = Optional.empty();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100",
      description = "Where to stop if the text doesn't end before (default: ${DEFAULT-VALUE}).")
  private int maximumTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description = "0 takes the most probable token always (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description =
          "Draws from the most probable tokens of this share (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Of the random draws: the same seed, the same text (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    Experiment experiment = experimentOptions.load();
    PrintWriter out = spec.commandLine().getOut();
    Consumer<String> text =
        piece -> {
          out.print(piece);
          out.flush();
        };
    var request = new Generate.Request(prompt, maximumTokens, temperature, topP, seed);
    text.accept(prompt);
    if (checkpoint.isPresent()) {
      Generate.fromCheckpoint(experiment, checkpoint.get(), request, text);
    } else {
      Generate.fromEnsemble(experiment, request, text);
    }
    out.println();
    return Failures.DONE;
  }
}
