package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.job.StarterExperiment;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier init}: a first experiment on one's own text. */
@Command(
    name = "init",
    description = {
      "Writes a starter experiment with comments: FOLDER/espalier.yaml, which plan and run take as it is.",
      "Folders below the text become domains; text without them is divided into clusters.",
      "An experiment that is there already is never overwritten."
    },
    footer = {
      "  espalier init my-forest --text /data/text",
      "  espalier init my-forest                    on the sample corpus, to begin with"
    })
final class InitCommand implements Callable<Integer> {
  private static final String SAMPLES = "data-prep/samples/train";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FOLDER", description = "Where to; it is made if it isn't there.")
  private Path folder = Path.of("");

  @Option(
      names = "--text",
      paramLabel = "PATH",
      description = "A file or folder with text (default: the sample corpus of this installation).")
  private Optional<Path> text = Optional.empty();

  @Override
  public Integer call() {
    Path file = StarterExperiment.of(folder, text.orElseGet(InitCommand::samples)).write();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s is written. What it takes, and then the run:%n", file);
    out.printf("  bin/espalier plan %1$s%n  bin/espalier run %1$s%n", typed(file));
    return Failures.DONE;
  }

  /** As a shell takes it for one word. */
  private static String typed(Path file) {
    String path = file.toString();
    return path.matches("[A-Za-z0-9/._-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  /** Only a folder of sources has them. */
  private static Path samples() {
    String home = System.getProperty("espalier.home", "");
    if (home.isEmpty()) {
      throw new ConfigException("--text is missing: a file or folder with text to train on");
    }
    return Path.of(home, SAMPLES);
  }
}
