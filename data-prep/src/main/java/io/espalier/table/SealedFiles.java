package io.espalier.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The hashes of files that were just written: few bytes are read by the driver, many by tasks.
 *
 * @param files their locations
 */
record SealedFiles(SparkSession spark, List<String> files) {
  /** Read in a tenth of a second, which starting tasks would take as well. */
  private static final long BY_THE_DRIVER_BYTES = 128L << 20;

  Map<String, String> hashes() {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Map<String, String> hashes = new TreeMap<>();
    if (bytes(configuration) <= BY_THE_DRIVER_BYTES) {
      files.forEach(
          file -> TableSeals.hash(configuration, file).ifPresent(hash -> hashes.put(file, hash)));
      return hashes;
    }
    Map<String, String> settings = DeltaSession.hadoopSettings(spark);
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(files, files.size())
        .map(file -> new Tuple2<>(file, hash(settings, file)))
        .collect()
        .forEach(found -> hashes.put(found._1(), found._2()));
    hashes.values().removeIf(String::isEmpty);
    return hashes;
  }

  /** Empty if the file is gone. */
  private static String hash(Map<String, String> settings, String file) {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    return TableSeals.hash(configuration, file).orElse("");
  }

  private long bytes(Configuration configuration) {
    return files.stream().mapToLong(file -> length(configuration, new Path(file))).sum();
  }

  private static long length(Configuration configuration, Path file) {
    try {
      return file.getFileSystem(configuration).getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      return 0; // Of a version that was forgotten.
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for " + file, e);
    }
  }
}
