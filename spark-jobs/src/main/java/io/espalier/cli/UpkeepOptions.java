package io.espalier.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The run that a command is to look at, and its file system's settings. */
final class UpkeepOptions {
  @Parameters(paramLabel = "RUN", description = "A run's folder on any Hadoop file system.")
  private String folder = "";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of a file system, as spark.hadoop.fs.s3a.endpoint=https://…; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  String folder() {
    return folder;
  }

  Map<String, String> hadoopSettings() {
    return SparkOptions.hadoopSettings(settings);
  }
}
