package io.espalier.job;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestHistory;
import io.espalier.forest.ForestVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * The forest of a run: what it was and is, and every change of it. Each change is a new version,
 * after which what isn't scored yet is scored, the configured averages are made of its experts, and
 * everything is evaluated. Who changes it holds the run's lease meanwhile ({@link LeasedWork}).
 */
public final class ForestJobs {
  private final Run run;

  private ForestJobs(SparkSession spark, Experiment experiment, ProgressListener listener) {
    this.run = new Run(spark, experiment, listener);
  }

  /** For one experiment on one session. */
  public static ForestJobs of(
      SparkSession spark, Experiment experiment, ProgressListener listener) {
    Pipeline.check(spark, experiment);
    EspalierPlugin.listen(listener);
    return new ForestJobs(spark, experiment, listener);
  }

  /**
   * Every version.
   *
   * @throws ConfigException if there is none
   */
  public ForestHistory history() {
    ForestHistory history = new ForestTable(run).history();
    if (history.isEmpty()) {
      throw new ConfigException(
          "%s has no forest yet; run espalier train-experts first"
              .formatted(RunPaths.shown(run.paths().root())));
    }
    return history;
  }

  /** Manifest hash → name of every checkpoint of the run. */
  public Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    CheckpointCatalogue.of(run.spark().sessionState().newHadoopConf(), run.paths().checkpoint(""))
        .found()
        .forEach(found -> names.putIfAbsent(found.hash(), found.name()));
    return names;
  }

  /** A change, under the run's lease. */
  private <T> T writing(Function<Run, T> change) {
    return LeasedWork.of(
        run.spark(),
        run.experiment(),
        run.listener(),
        leased -> change.apply(new Run(run.spark(), run.experiment(), leased)));
  }

  /** A new domain joins. */
  public Pipeline.Outcome add(Growth growth) {
    return writing(
        changed -> {
          new GrowForest(changed).add(growth);
          return Pipeline.afterChange(changed, true);
        });
  }

  /** An expert goes on with new text. */
  public Pipeline.Outcome retrain(Growth growth) {
    return writing(
        changed -> {
          new GrowForest(changed).retrain(growth);
          return Pipeline.afterChange(changed, true);
        });
  }

  /**
   * Makes a new version with the experts of an older one.
   *
   * @throws ConfigException if a checkpoint of it is gone
   */
  public Pipeline.Outcome rollback(long number) {
    ForestHistory history = history();
    ForestVersion wanted = history.at(number);
    if (wanted.forest().hash().equals(history.latest().hash())) {
      throw new ConfigException(
          "The newest version, %d, has the experts of version %d already"
              .formatted(history.latest().version(), number));
    }
    ForestMembers members = new ForestMembers(RunModel.of(run), history);
    for (Expert expert : wanted.forest().active()) {
      if (members.find(expert).isEmpty()) {
        throw new ConfigException(
            "Version %d can't come back: the checkpoint of %s with hash %s is gone"
                .formatted(number, expert.checkpoint(), expert.hash().substring(0, 12)));
      }
    }
    return writing(
        changed -> {
          new ForestTable(changed)
              .add(history.latest().equalTo(wanted.forest()), "rolled back to version " + number);
          return Pipeline.afterChange(changed, true);
        });
  }

  /** New files of the sources become training text; kept is what makes the forest better. */
  public Update update() {
    history();
    return writing(changed -> new UpdateForest(changed).update());
  }

  /** A domain's expert leaves; its checkpoint stays. */
  public Pipeline.Outcome remove(String domain) {
    history();
    return writing(
        changed -> {
          new RemoveExpert(changed).retire(domain);
          return Pipeline.afterChange(changed, true);
        });
  }

  /** What depends on a domain's experts; where asked, all of it is deleted and that is proved. */
  public Removal remove(String domain, Removal.How how) {
    history();
    return writing(changed -> new RemoveExpert(changed).prove(domain, how));
  }
}
