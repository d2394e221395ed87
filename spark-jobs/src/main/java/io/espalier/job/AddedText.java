package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestHistory;
import io.espalier.prep.AddDocuments;
import io.espalier.prep.AddSequences;
import io.espalier.prep.Addition;
import io.espalier.prep.PreparationListener;
import io.espalier.table.SequenceCounts;
import io.espalier.text.TokenizerFile;
import io.espalier.train.DomainSequences;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Text that joins a prepared run: which split it goes to, and its way into the tables. */
final class AddedText {
  private final Run run;
  private final Configuration configuration;

  AddedText(Run run) {
    this.run = run;
    this.configuration = run.spark().sessionState().newHadoopConf();
  }

  /**
   * Text of a domain that the run doesn't have, or that this call has added before.
   *
   * @throws ConfigException if the domain is there with other text
   */
  Addition ofDomain(Growth growth, ForestHistory history) {
    ReachableStorage.check("--data", location(growth.data()), configuration);
    Addition addition =
        Addition.ofDomain(
            configuration,
            run.settings().data(),
            run.settings().seed(),
            growth.domain(),
            location(growth.data()));
    if (!isComplete(addition)) {
      requireNew(growth.domain(), history);
    }
    return addition;
  }

  /** More training text of a domain, as a split of its own: every other split stays as it is. */
  Addition ofMore(String domain, String data) {
    ReachableStorage.check("--data", location(data), configuration);
    int splits = trainingSplits(domain).size();
    for (int number = 2; number <= splits; number++) {
      Addition before = more(domain, data, number);
      if (isComplete(before)) {
        return before;
      }
    }
    return more(domain, data, splits + 1);
  }

  /** Puts the text into the tables, unless it is there. */
  void prepare(Addition addition) {
    PreparationListener listener = PrepareText.listener(run.listener());
    TokenizerFile tokenizer = RunModel.tokenizer(run.paths().tokenizer(), run.hadoopSettings());
    AddDocuments.run(run.spark(), addition, run.paths(), listener);
    AddSequences.run(
        run.spark(), addition, run.settings().packing(), tokenizer, run.paths(), listener);
  }

  private Addition more(String domain, String data, int number) {
    return Addition.ofMore(
        configuration,
        run.settings().data(),
        run.settings().seed(),
        domain,
        location(data),
        DomainSequences.TRAINING + "-" + number);
  }

  private boolean isComplete(Addition addition) {
    return AddDocuments.isComplete(run.spark(), addition, run.paths());
  }

  private void requireNew(String domain, ForestHistory history) {
    Optional<Expert> active = history.latest().expert(domain);
    if (active.isPresent()) {
      throw new ConfigException(
          "The forest has an expert of %s already, in version %d; forest retrain goes on with new text"
              .formatted(domain, history.latest().version()));
    }
    if (RunModel.of(run).counts().stream().anyMatch(c -> c.domain().equals(domain))) {
      throw new ConfigException(
          "The run has text of %s already; another name for the new domain, or forest rollback to a version that has its expert, would work"
              .formatted(domain));
    }
  }

  private List<SequenceCounts> trainingSplits(String domain) {
    return RunModel.of(run).counts().stream()
        .filter(c -> c.domain().equals(domain) && !RunModel.isScored(c.split()))
        .toList();
  }

  /** A path without a scheme begins at the working directory, as everywhere on a command line. */
  private static String location(String data) {
    boolean hasScheme = data.matches("^[a-zA-Z][a-zA-Z0-9+.-]+:.*");
    return hasScheme || data.isEmpty()
        ? data
        : Path.of(data).toAbsolutePath().normalize().toString();
  }

  /** The text as people name it. */
  static String shown(String data) {
    return RunPaths.shown(location(data));
  }
}
