package io.espalier.cli;

/**
 * One line of the doctor's.
 *
 * @param what the thing looked for
 * @param status whether it is as it should be
 * @param found what is there
 * @param advice what to do; empty where nothing needs doing
 */
record Finding(String what, Status status, String found, String advice) {
  /** How much it matters. */
  enum Status {
    /** As it should be. */
    FOUND("✓"),
    /** Works without, but slower or with less room. */
    WARNING("!"),
    /** Needed, and Espalier can't work without. */
    MISSING("✗");

    private final String mark;

    Status(String mark) {
      this.mark = mark;
    }

    String mark() {
      return mark;
    }
  }

  static Finding found(String what, String found) {
    return new Finding(what, Status.FOUND, found, "");
  }

  static Finding warning(String what, String found, String advice) {
    return new Finding(what, Status.WARNING, found, advice);
  }

  static Finding missing(String what, String found, String advice) {
    return new Finding(what, Status.MISSING, found, advice);
  }
}
