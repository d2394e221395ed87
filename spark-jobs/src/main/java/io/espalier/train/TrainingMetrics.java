package io.espalier.train;

import static io.espalier.train.TrainingJson.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.FormatException;
import java.util.List;
import java.util.Map;

/**
 * The rows of metrics that a checkpoint holds, in {@code metrics.json}: all of its run, from its
 * first update on, so that a table of them can be filled exactly once however often it was resumed.
 * Rows of updates that the spike guard undid are gone; its decisions stand beside the rows.
 */
public final class TrainingMetrics {
  static final String FILE = "metrics.json";

  private TrainingMetrics() {}

  /**
   * Reads a training checkpoint's rows, oldest first.
   *
   * @throws FormatException if it has none
   */
  public static List<MetricsRow> of(Checkpoint checkpoint) {
    try {
      return MAPPER.treeToValue(
          checkpoint.json(FILE).path("rows"), new TypeReference<List<MetricsRow>>() {});
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s of %s has no rows of metrics: %s"
              .formatted(FILE, checkpoint.location(), e.getOriginalMessage()),
          e);
    }
  }

  /**
   * Reads what the spike guard decided in a training checkpoint's run, oldest first.
   *
   * @throws FormatException if training didn't write it
   */
  public static List<Rewind> rewinds(Checkpoint checkpoint) {
    return TrainingState.of(checkpoint).stability().rewinds();
  }

  /** The rows, and the guard's decisions if there were any. */
  static JsonNode toJson(List<MetricsRow> rows, List<Rewind> rewinds) {
    return MAPPER.valueToTree(
        rewinds.isEmpty() ? Map.of("rows", rows) : Map.of("rows", rows, "rewinds", rewinds));
  }
}
