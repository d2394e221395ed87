package io.espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * What happens, for programs: each event is one line of JSON with {@code time} (ISO 8601, UTC) and
 * {@code event}. Not thread-safe; {@link Console} has a lock.
 */
final class JsonEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final PrintWriter out;
  private final Clock clock;

  JsonEvents(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  /** Something about a stage, with a sentence. */
  void stage(String event, String stage, String text) {
    write(event(event).put("stage", stage).put("text", text));
  }

  /** A stage has ended. */
  void finished(String stage, String text, double seconds) {
    write(event("stage_finished").put("stage", stage).put("text", text).put("seconds", seconds));
  }

  /** How far a stage is; only its time, where it doesn't know more. */
  void progress(String stage, StageProgress progress, double nowSeconds) {
    ObjectNode event = event("progress").put("stage", stage);
    event.put("seconds", progress.elapsedSeconds(nowSeconds));
    if (progress.isMeasured()) {
      event
          .put("done", progress.done())
          .put("total", progress.total())
          .put("unit", progress.unit())
          .put("text", progress.details());
      progress.speed().ifPresent(speed -> event.put("units_per_second", speed));
      progress.secondsLeft().ifPresent(left -> event.put("seconds_left", left));
    }
    write(event);
  }

  /** A sentence: {@code message}, {@code interrupted} or {@code failed}. */
  void sentence(String event, String text) {
    write(event(event).put("text", text));
  }

  private ObjectNode event(String name) {
    return MAPPER
        .createObjectNode()
        .put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString())
        .put("event", name);
  }

  private void write(ObjectNode event) {
    try {
      out.println(MAPPER.writeValueAsString(event));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Texts and numbers always write as JSON", e);
    }
  }
}
