package io.espalier.cli;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.FileEntry;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds out what a folder is (a run, a table, a model's checkpoints, one of them) and looks. */
final class Inspector {
  private static final String STEP = "step-";

  private final Configuration configuration = new Configuration();
  private final OptionalLong version;
  private final int rows;
  private final boolean audit;

  /**
   * @param version of a table; empty for the newest
   * @param rows of a table to show
   * @param audit whether every byte of a checkpoint is compared with its manifest's SHA-256
   * @param hadoop settings of the folder's file system
   */
  Inspector(OptionalLong version, int rows, boolean audit, Map<String, String> hadoop) {
    hadoop.forEach(configuration::set);
    this.version = version;
    this.rows = rows;
    this.audit = audit;
  }

  /**
   * Looks at a folder on any Hadoop file system.
   *
   * @throws ConfigException if it isn't any of these
   */
  Inspected inspect(String path) throws IOException {
    Path folder = new Path(RunPaths.of(path).root());
    FileSystem files = folder.getFileSystem(configuration);
    if (folder.getName().startsWith(STEP) && files.exists(new Path(folder, "manifest.json"))) {
      return checkpoint(folder);
    }
    if (audit) {
      throw new ConfigException(
          "%s is no checkpoint (%s… with a manifest.json), and only checkpoints can be audited"
              .formatted(path, STEP));
    }
    if (files.exists(new Path(folder, "_delta_log"))) {
      return InspectedTable.at(configuration, folder.toString(), version, rows);
    }
    if (hasSteps(files, folder)) {
      return checkpoints(folder);
    }
    if (files.exists(new Path(folder, "experiment.yaml"))) {
      return run(files, folder);
    }
    throw new ConfigException(
        "%s is neither a run (experiment.yaml), nor a table (_delta_log), nor a model's checkpoints (%s…), nor one of them (manifest.json)"
            .formatted(path, STEP));
  }

  private InspectedCheckpoint checkpoint(Path folder) {
    long step = Long.parseLong(folder.getName().substring(STEP.length()));
    Checkpoint checkpoint =
        CheckpointFolder.open(configuration, folder.getParent().toString()).at(step);
    if (audit) {
      checkpoint.audit();
    }
    return InspectedCheckpoint.of(checkpoint, audit);
  }

  private InspectedCheckpoints checkpoints(Path folder) {
    List<String> damaged = new ArrayList<>();
    List<Checkpoint> all =
        CheckpointFolder.open(configuration, folder.toString(), damaged::add).all();
    return new InspectedCheckpoints(
        folder.toString(),
        all.stream()
            .map(
                c ->
                    new InspectedCheckpoints.Line(
                        c.step(), c.manifest().provenance().stage(), bytes(c), c.hash()))
            .toList(),
        damaged);
  }

  private InspectedRun run(FileSystem files, Path folder) throws IOException {
    List<InspectedRun.TableLine> tables = new ArrayList<>();
    for (TableSchema<?> schema : TableSchema.all()) {
      Path table = new Path(folder, "tables/" + schema.name());
      if (files.exists(new Path(table, "_delta_log"))) {
        InspectedTable found =
            InspectedTable.at(configuration, table.toString(), OptionalLong.empty(), 0);
        tables.add(
            new InspectedRun.TableLine(
                schema.name(), found.version(), found.rows(), found.files()));
      }
    }
    List<InspectedRun.ModelLine> models = new ArrayList<>();
    addModels(files, new Path(folder, "checkpoints"), "", models);
    return new InspectedRun(folder.toString(), tables, models);
  }

  /** Goes down to the folders that hold steps; what lies between them is the models' names. */
  private void addModels(
      FileSystem files, Path folder, String name, List<InspectedRun.ModelLine> models)
      throws IOException {
    if (hasSteps(files, folder)) {
      List<Checkpoint> all = CheckpointFolder.open(configuration, folder.toString()).all();
      if (!all.isEmpty()) {
        Checkpoint newest = all.get(all.size() - 1);
        models.add(
            new InspectedRun.ModelLine(
                name, all.size(), newest.step(), bytes(newest), newest.hash()));
      }
      return;
    }
    for (FileStatus child : children(files, folder)) {
      if (child.isDirectory()) {
        String childName = child.getPath().getName();
        addModels(
            files, child.getPath(), name.isEmpty() ? childName : name + "/" + childName, models);
      }
    }
  }

  private static boolean hasSteps(FileSystem files, Path folder) throws IOException {
    return children(files, folder).stream().anyMatch(c -> c.getPath().getName().startsWith(STEP));
  }

  private static List<FileStatus> children(FileSystem files, Path folder) throws IOException {
    if (!files.exists(folder)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(folder))
        .sorted((a, b) -> a.getPath().getName().compareTo(b.getPath().getName()))
        .toList();
  }

  private static long bytes(Checkpoint checkpoint) {
    return checkpoint.manifest().files().values().stream().mapToLong(FileEntry::lengthBytes).sum();
  }
}
