package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.ScoredModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The checkpoints that lie in a run's folder, by the names they have in it. */
final class RunCheckpoints {
  private static final String MERGED = "merged";

  private RunCheckpoints() {}

  /** The newest checkpoint of a name; empty if there is none. */
  static Optional<Checkpoint> newest(RunModel model, String name) {
    List<Checkpoint> all = model.files().checkpoints(name).all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * The newest checkpoint of a name.
   *
   * @throws ConfigException if there is none, naming what there is of its kind
   */
  static Checkpoint require(RunModel model, String name) {
    return newest(model, name)
        .orElseThrow(
            () ->
                new ConfigException(
                    "%s has no complete checkpoint named %s; names are seed, dense, expert/<domain>, merged/<name>"
                        .formatted(RunPaths.shown(model.files().paths().root()), name)));
  }

  /**
   * Name of a merge's checkpoint: of the first forest {@code merged/<name>}, of its third version
   * {@code merged/<name>@3}.
   */
  static String mergeName(String name, long forestVersion) {
    return MERGED + "/" + name + (forestVersion > 1 ? "@" + forestVersion : "");
  }

  /**
   * Every merge of a version of the forest that is there, whether the configuration asks for it or
   * a command did.
   */
  static List<ScoredModel> merged(RunModel model, long forestVersion) {
    List<ScoredModel> there = new ArrayList<>();
    for (String name : folders(model, MERGED)) {
      String plain = name.replaceFirst("@[0-9]+$", "").substring(MERGED.length() + 1);
      if (!name.equals(mergeName(plain, forestVersion))) {
        continue;
      }
      Optional<Checkpoint> whole = newest(model, name);
      whole.ifPresent(checkpoint -> there.add(new ScoredModel(name, checkpoint.hash())));
      if (whole.isEmpty()) {
        folders(model, name).stream()
            .filter(target -> model.roles().containsKey(target.substring(name.length() + 1)))
            .forEach(
                target ->
                    newest(model, target)
                        .ifPresent(c -> there.add(new ScoredModel(target, c.hash()))));
      }
    }
    return there;
  }

  private static List<String> folders(RunModel model, String name) {
    Path parent = new Path(model.files().paths().checkpoint(name));
    try {
      return Arrays.stream(parent.getFileSystem(model.files().configuration()).listStatus(parent))
          .filter(FileStatus::isDirectory)
          .map(status -> status.getPath().getName())
          .filter(child -> !child.startsWith("."))
          .sorted()
          .map(child -> name + "/" + child)
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + parent, e);
    }
  }
}
