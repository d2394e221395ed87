package io.espalier.cli;

import io.espalier.checkpoint.LostLeaseException;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.train.TrainingDivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Failures in one sentence on standard error, with an exit code; the log has the stack trace. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USERS_MISTAKE = 2;

  /** An update that was carried out and not promoted. */
  static final int KEPT = 3;

  static final int INTERRUPTED = 130;

  private static final String SPARK = "org/apache/";

  /** As Linux and macOS say it, whoever writes. */
  private static final String FULL = "No space left on device";

  private static final String READ_ONLY = "Read-only file system";

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, @Nullable ParseResult parsed) {
    return report(failure, command.getErr());
  }

  /** Prints the sentence of a failure, records its stack trace, and returns the exit code. */
  static int report(Throwable failure, PrintWriter err) {
    LogFile.record(failure);
    if (Interruption.isUnderWay()) {
      return INTERRUPTED; // The interruption has its own sentence.
    }
    Optional<ConfigException> mistake = cause(failure, ConfigException.class);
    err.println("espalier: " + sentence(failure));
    if (mistake.isEmpty()) {
      LogFile.keep();
      err.println("The log has the details: " + LogFile.path());
    }
    err.flush();
    return mistake.isPresent() || isOfDevice(failure) ? USERS_MISTAKE : FAILED;
  }

  /** Another process writes now: what this one was about to do must not happen any more. */
  static void stop(LostLeaseException lost, PrintWriter err) {
    LogFile.record(lost);
    err.println("espalier: " + lost.getMessage());
    err.flush();
    Runtime.getRuntime().halt(FAILED);
  }

  /** What went wrong, from the cause that says it best. */
  static String sentence(Throwable failure) {
    Optional<? extends Throwable> own =
        cause(failure, ConfigException.class).map(Throwable.class::cast);
    if (own.isEmpty()) {
      own = cause(failure, FormatException.class);
    }
    if (own.isEmpty()) {
      own = cause(failure, TrainingDivergedException.class);
    }
    if (own.isEmpty()) {
      own = cause(failure, LostLeaseException.class);
    }
    return own.map(t -> String.valueOf(t.getMessage())).orElseGet(() -> foreign(failure));
  }

  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("espalier: " + mistakeIn(mistake));
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return USERS_MISTAKE;
  }

  private static String mistakeIn(ParameterException mistake) {
    if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(mistake.getMessage());
    }
    String argument = unmatched.getUnmatched().get(0);
    boolean hasCommands = !mistake.getCommandLine().getSubcommands().isEmpty();
    String kind = argument.startsWith("-") ? "option" : hasCommands ? "command" : "argument";
    List<String> near = unmatched.getSuggestions();
    return "unknown %s %s%s"
        .formatted(
            kind,
            argument,
            near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
  }

  private static String foreign(Throwable failure) {
    if (cause(failure, OutOfMemoryError.class).isPresent()) {
      return "Java's memory of %s is used up; ESPALIER_MEMORY=8g, for example, gives it more"
          .formatted(Quantities.bytes(Runtime.getRuntime().maxMemory()));
    }
    if (says(failure, FULL)) {
      return fullDevice();
    }
    if (says(failure, READ_ONLY)) {
      return "read-only file system: the run's folder can't be changed any more (disks become so by errors, which the kernel's log names); what was committed stays, and the same command goes on when it can be written";
    }
    Optional<NoClassDefFoundError> missing = cause(failure, NoClassDefFoundError.class);
    if (missing.isPresent() && String.valueOf(missing.get().getMessage()).startsWith(SPARK)) {
      return "this needs Spark, which is not on the class path: start it by bin/espalier";
    }
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return root.getClass().getSimpleName() + ": " + message;
  }

  private static boolean isOfDevice(Throwable failure) {
    return says(failure, FULL) || says(failure, READ_ONLY);
  }

  private static boolean says(Throwable failure, String words) {
    return cause(failure, IOException.class)
        .filter(e -> String.valueOf(e.getMessage()).contains(words))
        .isPresent();
  }

  /** The log lies in the run's folder, and Spark's temporary files elsewhere. */
  private static String fullDevice() {
    Path log = LogFile.path().toAbsolutePath();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    return "no space left on device: %s free at %s, %s at %s; what was committed stays, and with more space the same command goes on"
        .formatted(free(log), log, free(temporary), temporary);
  }

  private static String free(Path file) {
    try {
      return Quantities.bytes(Files.getFileStore(file).getUsableSpace());
    } catch (IOException e) {
      return "nothing is known to be";
    }
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }
}
