package io.espalier.prep;

/** What data preparation tells the person who watches it; nothing depends on it. */
public interface PreparationListener {
  /** Says nothing. */
  PreparationListener SILENT = new PreparationListener() {};

  /** A stage begins; the description says what it will do in one line. */
  default void stageStarted(String stage, String description) {}

  /** A stage has nothing to do because its result is complete. */
  default void stageSkipped(String stage, String why) {}

  /** A stage is complete. */
  default void stageFinished(String stage, String summary) {}

  /** A line worth reading. */
  default void message(String line) {}
}
