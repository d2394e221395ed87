package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.upkeep.LiveStatus;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The run that a command is to look at. */
final class UpkeepOptions {
  private UpkeepOptions() {}

  /**
   * The paths of a run.
   *
   * @throws ConfigException if the folder isn't one
   */
  static RunPaths run(Configuration configuration, String folder) {
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

  /** What a driver is about to commit, nothing refers to yet. */
  static void refuseWhileAtWork(Configuration configuration, RunPaths paths) {
    Optional<LiveStatus> working =
        LiveStatus.read(configuration, paths)
            .filter(live -> live.isAtWork(Clock.systemUTC().millis()));
    if (working.isPresent()) {
      throw new ConfigException(
          "%s is at work in %s; gc --delete works when it is over"
              .formatted(working.get().process(), RunPaths.shown(paths.root())));
    }
  }
}
