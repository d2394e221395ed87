package io.espalier.job;

/**
 * What a run tells the person who watches it. Called from several threads at once; for eyes only:
 * nothing that is computed depends on it, and live messages of tasks may be lost.
 */
public interface ProgressListener {
  /** A stage begins; {@code description} says what it will do in one line. */
  void stageStarted(String stage, String description);

  /** A stage has nothing to do; {@code why} says what is complete. */
  void stageSkipped(String stage, String why);

  /**
   * Work advanced.
   *
   * @param item what advanced within the stage, for example an expert's domain
   * @param done units done so far by this item
   * @param total units this item has in all
   * @param unit what is counted: tokens, sequences, …
   * @param detail a few words to show beside it, for example {@code loss 4.21}
   */
  void progress(String stage, String item, long done, long total, String unit, String detail);

  /** A stage is complete. */
  void stageFinished(String stage, String summary);

  /** A line worth reading that belongs to no bar. */
  void message(String line);

  /** Something is about to be written outside of a stage; the start of a stage says that too. */
  default void beforeWriting() {}
}
