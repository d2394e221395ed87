package io.espalier.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where Spark runs. The launcher and spark-submit read these too; here they serve bare Java. */
final class SparkOptions {
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
}
