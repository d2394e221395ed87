package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.job.RecordFates.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code conf/dirty.yaml} makes of the damaged corpus beside the repository, row by row
 * against its TRUTH.json: every record, every damaged line, every group and pair, every leak.
 * Skipped where that corpus isn't.
 */
@Tag("long")
class DamagedCorpusSparkTest {
  private static final String FOLDER = "dirty/";

  /** What is not as the truth says, and why that is right or bearable. */
  private static final Map<String, String> EXCUSED =
      Map.of(
          "d02168 fate",
          "a page of commands with Korean between them: too little to tell its language by",
          "d01958 fate",
          "more than half of its lines are <p>, </p> or </li>: it says itself that they repeat",
          "pile/mixed.jsonl#851 fate",
          "it lacks the field that tells the domain: rejected in the end, and with that reason",
          "x03085 fate",
          "a file manager's hidden file, which no listing of a folder should have");

  @TempDir static Path folder;

  @Test
  void everyRowIsWhatTheTruthSays() throws IOException {
    Path truthFile = DamagedTruth.CORPUS.resolve("TRUTH.json");
    assumeTrue(Files.exists(truthFile), truthFile + " is not here");
    DamagedTruth truth = DamagedTruth.read();
    RecordFates fates = RecordFates.read(prepared().paths(), DamagedTruth.CORPUS);
    Map<String, Fate> damaged = new HashMap<>();
    fates
        .byPlace()
        .forEach(
            (place, fate) -> {
              if (place.startsWith(FOLDER)) {
                damaged.put(place.substring(FOLDER.length()), fate);
              }
            });
    Map<String, String> texts = DamagedTexts.of(truth);
    assertThat(texts).as("readable records").hasSize(3134);

    Differences differences = new Differences();
    ComparedFates.check(truth, damaged, texts, differences);
    ComparedDocuments.check(truth, damaged, texts, differences);
    ComparedDuplicates.check(truth, fates, differences);

    Map<String, String> left = differences.without(EXCUSED);
    assertThat(left).as("%s", lines(left)).isEmpty();
  }

  private static Experiment prepared() {
    Experiment experiment =
        Experiment.load(
            Path.of("../conf/dirty.yaml").toString(),
            List.of(),
            Optional.of(folder.resolve("run").toString()));
    SparkSession spark =
        EspalierSession.open(
            experiment, Optional.of("local[2]"), Map.of("spark.ui.enabled", "false"));
    Pipeline.prepare(spark, experiment, new RecordedEvents());
    return experiment;
  }

  private static String lines(Map<String, String> left) {
    StringBuilder lines = new StringBuilder("differences from the truth:\n");
    left.forEach((what, how) -> lines.append(what).append(": ").append(how).append('\n'));
    return lines.toString();
  }
}
