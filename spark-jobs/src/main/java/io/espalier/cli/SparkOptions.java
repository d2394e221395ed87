package io.espalier.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Where Spark runs. The launcher and spark-submit read these too; here they serve bare Java. */
final class SparkOptions {
  private static final String HADOOP = "spark.hadoop.";
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d{1,6})(?:,\\d+)?])?");

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = {
        "Spark's master, such as local[4], spark://host:7077, yarn or k8s://… (default: local[*]).",
        "Any but local needs SPARK_HOME."
      })
  private Optional<String> master = Optional.empty();

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, as of spark-submit; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  Optional<String> master() {
    return master;
  }

  Map<String, String> settings() {
    return settings;
  }

  /** The settings for file systems among them, which matter without Spark too. */
  Map<String, String> hadoopSettings() {
    return hadoopSettings(settings);
  }

  static Map<String, String> hadoopSettings(Map<String, String> settings) {
    Map<String, String> hadoop = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            hadoop.put(key.substring(HADOOP.length()), value);
          }
        });
    return hadoop;
  }

  /** How many cores a local master names; empty where it names another or all of them. */
  OptionalInt localCores() {
    Matcher local = LOCAL.matcher(master.orElse(""));
    if (!local.matches()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(local.group(1) == null ? 1 : Integer.parseInt(local.group(1)));
  }
}
