package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.job.RunLease;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine;

/**
 * A run that a command looks at without Spark. No method of a command itself may name Hadoop's
 * classes: every command is looked through when the program starts, also where there is no Hadoop.
 *
 * @param configuration of its file system
 * @param paths of its parts
 */
record UpkeepRun(Configuration configuration, RunPaths paths) {
  /**
   * The run that the options name.
   *
   * @throws ConfigException if the folder isn't one
   */
  static UpkeepRun of(UpkeepOptions options) {
    Configuration configuration = new Configuration();
    options.hadoopSettings().forEach(configuration::set);
    RunPaths paths = RunPaths.of(options.folder());
    Path experiment = new Path(paths.experiment());
    try {
      FileSystem files = experiment.getFileSystem(configuration);
      if (files.exists(experiment) || files.exists(new Path(paths.checkpoint("")))) {
        return new UpkeepRun(configuration, paths);
      }
    } catch (IOException e) {
      throw new ConfigException(
          "%s can't be looked at: %s".formatted(options.folder(), e.getMessage()), e);
    }
    throw new ConfigException(
        "%s is no run: it has neither experiment.yaml nor checkpoints".formatted(options.folder()));
  }

  /**
   * Changes the run under its lease: what a driver is about to commit, nothing refers to yet.
   *
   * @param command that asks
   * @throws ConfigException if another process writes
   */
  <T> T leased(CommandLine command, Supplier<T> change) {
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
