package io.espalier.prep;

/** What data preparation tells the person who watches it; nothing depends on it. */
public interface PreparationListener {
  /** Says nothing. */
  PreparationListener SILENT =
      new PreparationListener() {
        @Override
        public void stageStarted(String stage, String description) {}

        @Override
        public void stageSkipped(String stage, String why) {}

        @Override
        public void stageFinished(String stage, String summary) {}

        @Override
        public void message(String line) {}
      };

  /** A stage begins; the description says what it will do in one line. */
  void stageStarted(String stage, String description);

  /** A stage has nothing to do because its result is complete. */
  void stageSkipped(String stage, String why);

  /** A stage is complete. */
  void stageFinished(String stage, String summary);

  /** A line worth reading. */
  void message(String line);
}
