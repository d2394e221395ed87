package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Result;
import io.espalier.table.PinnedSequences;
import io.espalier.table.SequenceCounts;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import io.espalier.train.DomainSequences;
import io.espalier.train.GivenMixture;
import io.espalier.train.MarginalBudget;
import io.espalier.train.ModelSpec;
import io.espalier.train.TrainingPlanner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What prepared text decides about training: the model's sizes, the domains, the budget's division.
 *
 * @param counts of every domain and split, those that were added later included
 * @param planner of what the configuration says: added domains aren't in it
 */
record RunModel(
    ModelSpec spec, RunFiles files, List<SequenceCounts> counts, TrainingPlanner planner) {

  /** Reads the tokenizer and counts the sequences of the pinned version. */
  static RunModel of(Run run) {
    long version = run.sequencesVersion();
    Map<String, String> hadoop = run.hadoopSettings();
    List<SequenceCounts> counts =
        PinnedSequences.open(run.paths().table("sequences"), version, hadoop).counts();
    ExperimentSettings settings = run.settings();
    try (Tokenizer tokenizer = openTokenizer(run.paths().tokenizer(), hadoop)) {
      ModelSpec spec =
          new ModelSpec(
              settings.model(),
              tokenizer.vocabularySize(),
              settings.packing().sequenceLengthTokens(),
              tokenizer.endOfTextId());
      RunFiles files =
          new RunFiles(
              run.paths(),
              version,
              hadoop,
              run.experiment().yaml(),
              CodeVersion.current().toString(),
              settings.seed(),
              tokenizer.endOfTextId(),
              RunLease.fences(run.paths()));
      TrainingPlanner planner = planner(run, configured(run, version, counts));
      return new RunModel(spec, files, counts, planner);
    }
  }

  /** What the configuration's own text came to; text that joined later lies in commits after it. */
  private static List<SequenceCounts> configured(
      Run run, long version, List<SequenceCounts> counts) {
    long made =
        run.table(TableSchema.SEQUENCES)
            .latestOverwrite()
            .map(TableCommit::version)
            .orElse(version);
    return made == version
        ? counts
        : PinnedSequences.open(run.paths().table("sequences"), made, run.hadoopSettings()).counts();
  }

  /** How many sequences a split of a domain has; 0 where there is none. */
  long sequences(String domain, String split) {
    return counts.stream()
        .filter(c -> c.domain().equals(domain) && c.split().equals(split))
        .mapToLong(SequenceCounts::sequences)
        .sum();
  }

  /** Whether a split is one that models are scored on, and not trained. */
  static boolean isScored(String split) {
    return split.equals(Result.VALIDATION_SPLIT) || split.equals(Result.TEST_SPLIT);
  }

  /** The tokenizer of a run; the caller closes it. */
  static Tokenizer openTokenizer(String folder, Map<String, String> hadoopSettings) {
    return Tokenizer.open(tokenizer(folder, hadoopSettings));
  }

  /** The files of a run's tokenizer. */
  static TokenizerFile tokenizer(String folder, Map<String, String> hadoopSettings) {
    Configuration configuration = new Configuration();
    hadoopSettings.forEach(configuration::set);
    return new TokenizerFile(
        text(configuration, folder, "tokenizer.json"),
        text(configuration, folder, "tokenizer_config.json"));
  }

  /** Domain → {@link Result#TRAINING} or {@link Result#EVALUATION}. */
  Map<String, String> roles() {
    return counts.stream()
        .collect(
            Collectors.toMap(
                SequenceCounts::domain,
                c -> c.split().equals("train") ? Result.TRAINING : Result.EVALUATION,
                (a, b) -> a.equals(Result.TRAINING) ? a : b));
  }

  private static TrainingPlanner planner(Run run, List<SequenceCounts> counts) {
    ExperimentSettings settings = run.settings();
    List<DomainSequences> domains =
        counts.stream()
            .filter(c -> c.split().equals("train"))
            .map(c -> new DomainSequences(c.domain(), c.sequences()))
            .toList();
    if (settings.training().seedMixture() instanceof GivenMixture given) {
      given.requireKnown(domains);
    }
    TrainingPlanner planner =
        new TrainingPlanner(settings.training(), settings.experts(), settings.seed(), domains);
    if (settings.experts().budget() instanceof MarginalBudget) {
      return new TrainingPlanner(
          settings.training(),
          settings.experts(),
          settings.seed(),
          domains,
          new SliceRecords(run).decided(planner.slices().decisions()));
    }
    return planner;
  }

  private static String text(Configuration configuration, String folder, String name) {
    Path path = new Path(folder, name);
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(
          "There is no tokenizer at %s; run espalier prepare first"
              .formatted(RunPaths.shown(path.toString())),
          e);
    }
  }
}
