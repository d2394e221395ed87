package io.espalier.torch;

import java.util.Optional;

/** Turns what the native library says into one sentence for the user. */
final class NativeErrors {
  private NativeErrors() {}

  /** Why the library didn't load, and what to do. */
  static String whyNotLoaded(Throwable error) {
    String path = System.getenv("PYTORCH_LIBRARY_PATH");
    String flavor = Optional.ofNullable(System.getenv("PYTORCH_FLAVOR")).orElse("not set");
    String advice =
        path == null
            ? "pytorch-native-cpu must be on the class path, or PYTORCH_LIBRARY_PATH must name the"
                + " lib folder of a PyTorch 2.7.1"
            : "PYTORCH_LIBRARY_PATH is %s and PYTORCH_FLAVOR is %s; the folder must hold PyTorch 2.7.1 and the flavour must be cpu or cu128"
                .formatted(path, flavor);
    return "The PyTorch native library can't be loaded (%s): %s"
        .formatted(firstLine(rootCause(error)), advice);
  }

  /** The first line that says something: PyTorch puts stack traces into its messages. */
  static String firstLine(Throwable error) {
    return Optional.ofNullable(error.getMessage())
        .flatMap(m -> m.lines().filter(l -> !l.isBlank()).findFirst())
        .orElseGet(() -> error.getClass().getSimpleName());
  }

  private static Throwable rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
