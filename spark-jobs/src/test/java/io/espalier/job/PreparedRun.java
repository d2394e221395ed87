package io.espalier.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A run whose text is prepared and whose seed is trained, once, on this machine alone; tests train
 * copies of it on clusters.
 */
record PreparedRun(Path folder) {
  static PreparedRun in(Path folder, TinyExperiment tiny, String... training) throws IOException {
    Experiment experiment = tiny.to(folder, training);
    try (SparkSession spark =
        EspalierSession.open(experiment, Optional.of("local[1]"), TinyExperiment.SPARK)) {
      Pipeline.prepare(spark, experiment, new RecordedEvents());
      Pipeline.trainSeed(spark, experiment, new RecordedEvents());
    }
    return new PreparedRun(folder);
  }

  /** A copy of all of it. */
  Path copyTo(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(folder.relativize(file).toString()));
      }
    }
    return copy;
  }

  /** The same without the seed's checkpoints. */
  Path copyWithoutSeedTo(Path copy) throws IOException {
    Path seed = copyTo(copy).resolve("checkpoints/seed");
    try (Stream<Path> files = Files.walk(seed)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return copy;
  }
}
