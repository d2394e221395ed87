package io.espalier.cli;

import io.espalier.job.CodeVersion;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The main class, the same under {@code bin/espalier}, {@code spark-submit} and {@code java}. */
@Command(
    name = "espalier",
    description = {
      "Trains language models on your own text with Apache Spark: one expert per text domain,",
      "branched from a common seed, then mixed or merged (Branch-Train-Merge)."
    },
    subcommands = {
      RunCommand.class,
      StudyCommand.class,
      PlanCommand.class,
      MergeCommand.class,
      GenerateCommand.class,
      ProveCommand.class,
      ForestCommand.class,
      UpdateCommand.class,
      InspectCommand.class,
      StatusCommand.class,
      FsckCommand.class,
      GcCommand.class,
      ExportMegatronCommand.class,
      ClusterCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      InitCommand.class,
      CompletionCommand.class,
      ManCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Espalier.Version.class,
    scope = ScopeType.INHERIT,
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier run conf/quickstart.yaml         the whole flow on the sample corpus",
      "  espalier init my-forest --text /data/text  a first experiment on your own text",
      "  espalier plan conf/quickstart.yaml        what it would do and what that takes",
      "  espalier doctor                           is this machine ready?",
      "  espalier train-experts --help             any command explains itself",
      "",
      "Exit codes: 0 done, 1 failed, 2 mistake in what was typed or configured, 3 update kept as a",
      "candidate, 130 interrupted."
    })
public final class Espalier implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command that the arguments name and ends the process with its exit code. */
  public static void main(String[] args) {
    // Without Spark there may be no logging backend; nobody needs to be told.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = execute(out, err, args);
    out.flush();
    err.flush();
    Interruption.ended();
    if (exitCode == Failures.DONE || exitCode == Failures.KEPT) {
      LogFile.discard();
    }
    if (exitCode != Failures.DONE || !isClusterDriver()) {
      System.exit(exitCode);
    }
  }

  /** Runs a command; whatever goes wrong becomes a sentence and an exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    try {
      return commandLine(out, err).execute(args);
    } catch (Error failure) { // Exhausted memory, a missing library: picocli passes these on.
      return Failures.report(failure, err);
    }
  }

  /** A cluster manager takes an early exit of its driver for a failure: there, main returns. */
  private static boolean isClusterDriver() {
    return "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** The command line with all its commands, printing to the given writers. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new Espalier());
    Stream.of(Stage.values()).forEach(stage -> line.addSubcommand(StageCommand.commandLine(stage)));
    Failures failures = new Failures();
    return line.setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setUsageHelpWidth(Math.min(100, terminalColumns().orElse(100)))
        .setAbbreviatedOptionsAllowed(false);
  }

  /** The terminal's width, as the launcher found it; empty if output goes anywhere else. */
  static OptionalInt terminalColumns() {
    Integer columns = Integer.getInteger("espalier.columns");
    return columns == null ? OptionalInt.empty() : OptionalInt.of(Math.max(60, columns));
  }

  /** Whether colours reach somebody who wants them (no-color.org). */
  static boolean hasColours(Map<String, String> environment) {
    return terminalColumns().isPresent() && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command is missing, such as run, plan or doctor");
  }

  /** Version and commit of the code, and what it runs on. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "espalier " + CodeVersion.current(),
        "Java %s, %s".formatted(Runtime.version(), System.getProperty("java.home"))
      };
    }
  }
}
