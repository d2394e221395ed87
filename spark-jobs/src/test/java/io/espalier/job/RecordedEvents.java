package io.espalier.job;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a run told, in order: {@code started pack}, {@code skipped train-seed}, …. */
class RecordedEvents implements ProgressListener {
  private final List<String> events = new CopyOnWriteArrayList<>();

  List<String> all() {
    return List.copyOf(events);
  }

  @Override
  public void stageStarted(String stage, String description) {
    events.add("started " + stage);
  }

  @Override
  public void stageSkipped(String stage, String why) {
    events.add("skipped " + stage);
  }

  @Override
  public void stageFinished(String stage, String summary) {
    events.add("finished " + stage);
  }

  @Override
  public void progress(
      String stage, String item, long done, long total, String unit, String detail) {
    // May be lost by design: nothing to rely on.
  }

  @Override
  public void message(String line) {
    // Counts of data preparation, which has its own tests.
  }
}
