package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.domain.DomainName;
import io.espalier.domain.DomainSharder;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.prep.input.InputFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** Files of a run's training sources that its text wasn't made from, with the domain of each. */
public final class NewFiles {

  /**
   * One of them.
   *
   * @param uri where it is
   * @param bytes as it lies on disk
   * @param domain that its text belongs to
   * @param reading stands for the file as it is now: a file that changes has another
   */
  public record NewFile(String uri, long bytes, String domain, String reading) {}

  private NewFiles() {}

  /**
   * Looks for them. A file that was read and has changed since counts as new: what of it the run
   * has already is found by its text.
   *
   * @param plan of the run's sources as they are now
   * @param taken readings that were added since the run was prepared
   * @throws ConfigException if the run doesn't know what it has read, or the file's place doesn't
   *     tell its domain
   */
  public static List<NewFile> of(
      SparkSession spark, PreparationPlan plan, RunPaths paths, Set<String> taken) {
    Set<String> known = RecordStore.of(spark, paths).complete();
    if (known.isEmpty()) {
      throw new ConfigException(
          "The table records of %s is gone, so that it can't be told which files are new; forest retrain --data takes them by name"
              .formatted(RunPaths.shown(paths.root())));
    }
    List<NewFile> found = new ArrayList<>();
    int next = 0;
    List<FileReading> readings = FileReading.of(plan);
    for (SourcePlan source : plan.sources()) {
      for (InputFile file : source.files()) {
        String id = readings.get(next++).id();
        if (source.role() == Role.TRAINING && !known.contains(id) && !taken.contains(id)) {
          found.add(new NewFile(file.uri(), file.bytes(), domain(source, file), id));
        }
      }
    }
    return found;
  }

  private static String domain(SourcePlan source, InputFile file) {
    DomainSharder sharder = source.settings().domain();
    if (sharder instanceof FixedDomainSharder fixed) {
      return fixed.name();
    }
    if (sharder instanceof SourceFolderDomainSharder) {
      return DomainName.of(file.path().substring(0, Math.max(0, file.path().indexOf('/'))));
    }
    throw new ConfigException(
        "%s.domain of %s is told by single records, and espalier update takes files whose place tells it: domain types source_folder and fixed; forest retrain --data takes this one"
            .formatted(source.key(), file.uri()));
  }
}
