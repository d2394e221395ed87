package io.espalier.job;

/**
 * Passes on everything that it is told; who extends it says what it does besides. Thread-safe as
 * far as the listener behind it is.
 */
abstract class RelayedProgress implements ProgressListener {
  /** Is told everything, too. */
  final ProgressListener to;

  RelayedProgress(ProgressListener to) {
    this.to = to;
  }

  @Override
  public void stageStarted(String stage, String description) {
    to.stageStarted(stage, description);
  }

  @Override
  public void stageSkipped(String stage, String why) {
    to.stageSkipped(stage, why);
  }

  @Override
  public void progress(
      String stage, String item, long done, long total, String unit, String detail) {
    to.progress(stage, item, done, total, unit, detail);
  }

  @Override
  public void stageFinished(String stage, String summary) {
    to.stageFinished(stage, summary);
  }

  @Override
  public void message(String line) {
    to.message(line);
  }

  @Override
  public void beforeWriting() {
    to.beforeWriting();
  }
}
