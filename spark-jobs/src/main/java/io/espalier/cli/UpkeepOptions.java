package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.job.RunLease;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine;
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

  Configuration configuration() {
    Configuration configuration = new Configuration();
    SparkOptions.hadoopSettings(settings).forEach(configuration::set);
    return configuration;
  }

  /**
   * The paths of the run.
   *
   * @throws ConfigException if the folder isn't one
   */
  RunPaths run(Configuration configuration) {
    RunPaths paths = RunPaths.of(folder);
    Path experiment = new Path(paths.experiment());
    try {
      FileSystem files = experiment.getFileSystem(configuration);
      if (files.exists(experiment) || files.exists(new Path(paths.checkpoint("")))) {
        return paths;
      }
    } catch (IOException e) {
      throw new ConfigException("%s can't be looked at: %s".formatted(folder, e.getMessage()), e);
    }
    throw new ConfigException(
        "%s is no run: it has neither experiment.yaml nor checkpoints".formatted(folder));
  }

  /**
   * Changes the run under its lease: what a driver is about to commit, nothing refers to yet.
   *
   * @param command that asks
   * @throws ConfigException if another process writes
   */
  static <T> T leased(
      Configuration configuration, RunPaths paths, CommandLine command, Supplier<T> change) {
    RunLease lease =
        RunLease.take(
            configuration,
            paths,
            command.getCommandSpec().qualifiedName(),
            command.getErr()::println,
            lost -> Failures.stop(lost, command.getErr()));
    try {
      return change.get();
    } finally {
      lease.close();
    }
  }
}
