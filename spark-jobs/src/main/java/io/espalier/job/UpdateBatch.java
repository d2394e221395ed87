package io.espalier.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.table.TextFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What one update takes in, decided before anything is done, so that an update that was killed goes
 * on with the very same files: {@code updates/00000001.json} of the run's folder, and beside it
 * {@code 00000001.outcome.json} once it is through.
 *
 * @param number from 1
 * @param documentsVersion of the table {@code documents} before it
 * @param texts by domain, sorted
 */
record UpdateBatch(long number, long documentsVersion, List<Text> texts) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  /**
   * New text of one domain.
   *
   * @param split that it becomes
   * @param files URIs
   * @param readings of the files, in their order: what they were when this was decided
   */
  record Text(String domain, String split, List<String> files, List<String> readings) {}

  /** Every update of a run, oldest first. */
  static List<UpdateBatch> all(Configuration configuration, RunPaths paths) {
    List<UpdateBatch> batches = new ArrayList<>();
    for (long number = 1; ; number++) {
      Path file = file(paths, number, "");
      Optional<UpdateBatch> batch = sealed(configuration, file, UpdateBatch.class);
      if (batch.isEmpty()) {
        return batches;
      }
      batches.add(batch.get());
    }
  }

  /** Decides it, unless that was done. */
  void begin(Configuration configuration, RunPaths paths) {
    Path file = file(paths, number, "");
    if (sealed(configuration, file, UpdateBatch.class).isEmpty()) {
      TextFile.write(configuration, file, json(this));
    }
  }

  /** Says that it is through. */
  void end(Configuration configuration, RunPaths paths, Update outcome) {
    TextFile.write(configuration, file(paths, number, ".outcome"), json(outcome));
  }

  /** What it came to; nothing if it isn't through. */
  Optional<Update> outcome(Configuration configuration, RunPaths paths) {
    return sealed(configuration, file(paths, number, ".outcome"), Update.class);
  }

  int files() {
    return texts.stream().mapToInt(text -> text.files().size()).sum();
  }

  private static Path file(RunPaths paths, long number, String kind) {
    return new Path(paths.root(), "updates/%08d%s.json".formatted(number, kind));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Plain records always write as JSON", e);
    }
  }

  /** Its seal is written last: a file without one was being written when its writer was killed. */
  private static <T> Optional<T> sealed(Configuration configuration, Path file, Class<T> type) {
    return TextFile.readUnsealed(configuration, TextFile.sealOf(file)).isEmpty()
        ? Optional.empty()
        : TextFile.read(configuration, file).map(text -> parse(file, text, type));
  }

  private static <T> T parse(Path file, String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s isn't an update: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
