package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.job.Experiment;
import io.espalier.job.Generate;
import io.espalier.job.SpokenText;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
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
      "In the ensemble every token updates the posterior that mixes the experts; --trace shows which",
      "of them was the most probable one for each. Starts no Spark."
    },
    footer = {
      "  espalier generate conf/quickstart.yaml 'The court held that'",
      "  espalier generate my.yaml 'def main(' --checkpoint expert/code --temperature 0.8",
      "  espalier generate my.yaml 'Once' --checkpoint merged/uniform --seed 7 --max-tokens 200",
      "  espalier generate my.yaml 'Whereas' --ensemble --top-k 2 --trace"
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

  @Option(names = "--ensemble", description = "All active experts mixed: what happens without it.")
  private boolean ensemble;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Keeps the K most probable experts, chosen anew every 16 tokens; the others read on only"
              + " then. 0 keeps all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--domain",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "The experts begin as probable as this domain's validation text found them (its cached"
              + " prior, from espalier evaluate), instead of all alike.")
  private String domain = "";

  @Option(
      names = "--trace",
      description =
          "Shows which expert was the most probable one for each token: by colour on a terminal"
              + " (unless NO_COLOR is set), otherwise in lines of token, expert and its posterior; then"
              + " each expert's share.")
  private boolean trace;

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

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() {
    if (checkpoint.isPresent() && (ensemble || topK > 0 || !domain.isEmpty())) {
      throw new ConfigException(
          "checkpoint is %s but --ensemble, --top-k and --domain are of all experts together; leave one or the other out"
              .formatted(checkpoint.get()));
    }
    Experiment experiment = experimentOptions.load();
    PrintWriter out = spec.commandLine().getOut();
    var request =
        new Generate.Request(prompt, maximumTokens, temperature, topP, seed, topK, domain);
    SpokenTextPrinter printer =
        new SpokenTextPrinter(
            out, prompt, !json.isGiven(), trace, trace && Espalier.hasColours(System.getenv()));
    SpokenText text =
        checkpoint.isPresent()
            ? Generate.fromCheckpoint(experiment, checkpoint.get(), request, printer::token)
            : Generate.fromEnsemble(experiment, request, printer::token);
    printer.end(text);
    if (json.isGiven()) {
      out.println(Output.json(text));
    }
    return Failures.DONE;
  }
}
