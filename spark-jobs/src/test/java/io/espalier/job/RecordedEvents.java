package io.espalier.job;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a run told, in order: {@code started pack}, {@code skipped train-seed}, …. */
class RecordedEvents implements ProgressListener {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Map<String, Set<String>> announced = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> firstWork = new ConcurrentHashMap<>();

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
    // What tasks send may be lost; what the driver says before it starts them is there.
    if (done == 0) {
      announced.computeIfAbsent(stage, s -> new ConcurrentSkipListSet<>()).add(item);
    } else {
      firstWork.putIfAbsent(stage, announced(stage));
    }
  }

  /** The items of a stage of which nothing was done when the first work was reported. */
  Set<String> announcedBeforeWork(String stage) {
    return firstWork.getOrDefault(stage, announced(stage));
  }

  private Set<String> announced(String stage) {
    return Set.copyOf(announced.getOrDefault(stage, Set.of()));
  }

  @Override
  public void message(String line) {
    // Counts of data preparation, which has its own tests.
  }
}
