package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.domain.DomainName;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Text that joins a run which has been prepared: of a new domain, or more of one that it has.
 *
 * @param domain its domain
 * @param split the split that all of it goes to; empty = divided as a training domain is
 * @param plan its files and the run's settings
 */
public record Addition(String domain, String split, PreparationPlan plan) {

  /**
   * Text of a new domain.
   *
   * @param settings of the run: its cleaning, filters, deduplication and fractions hold here too,
   *     and its first training source says how files are read
   * @throws ConfigException if the name isn't one, or the text can't be read
   */
  public static Addition ofDomain(
      Configuration configuration, DataSettings settings, long seed, String domain, String path) {
    return new Addition(domain, "", plan(configuration, settings, seed, domain, path));
  }

  /**
   * More training text of a domain; validation and test stay as they are.
   *
   * @param split a name that no other text of the domain has, such as {@code train-2}
   */
  public static Addition ofMore(
      Configuration configuration,
      DataSettings settings,
      long seed,
      String domain,
      String path,
      String split) {
    return new Addition(domain, split, plan(configuration, settings, seed, domain, path));
  }

  /**
   * More training text of a domain that lies among the run's own sources: these files, read as
   * their sources say.
   *
   * @param files URIs of files of training sources, at least one
   */
  public static Addition ofFiles(
      Configuration configuration,
      DataSettings settings,
      long seed,
      String domain,
      Set<String> files,
      String split) {
    checkComparable(settings);
    List<SourceSettings> sources =
        settings.training().stream()
            .map(source -> source.at(source.path(), new FixedDomainSharder(domain)))
            .toList();
    PreparationPlan all = PreparationPlan.of(configuration, settings(settings, sources), seed);
    return new Addition(domain, split, all.only(files));
  }

  /** Names this text in this place and no other: what was added once isn't added again. */
  public String transactionId() {
    return "add/%s/%s/%s".formatted(domain, split, plan.fingerprint());
  }

  /** How often a paragraph occurred in the run can't be told once its repeats have been cut. */
  private static void checkComparable(DataSettings run) {
    if (run.repeatedParagraphs().on()) {
      throw new ConfigException(
          "data.repeated_paragraphs.minimum_repeats is %d but what repeats in the run's documents has been cut already, so text that is added can't be counted with it; to prepare a new run with this text among its sources would work"
              .formatted(run.repeatedParagraphs().minimumRepeats()));
    }
  }

  private static PreparationPlan plan(
      Configuration configuration, DataSettings run, long seed, String domain, String path) {
    DomainName.check("domain", domain);
    checkComparable(run);
    SourceSettings source =
        run.training().isEmpty()
            ? SourceSettings.of(
                path,
                RecordFormat.AUTO,
                new FieldMapping("id", "text", "source"),
                new FixedDomainSharder(domain))
            : run.training().get(0).at(path, new FixedDomainSharder(domain));
    try {
      return PreparationPlan.of(configuration, settings(run, List.of(source)), seed);
    } catch (ConfigException e) {
      throw new ConfigException(
          String.valueOf(e.getMessage()).replaceFirst("^data\\.training\\[0]\\.path", "--data"), e);
    }
  }

  private static DataSettings settings(DataSettings run, List<SourceSettings> sources) {
    return new DataSettings(
        sources,
        List.of(),
        List.of(),
        run.unicodeForm(),
        run.edits(),
        run.filters(),
        run.deduplicate(),
        run.nearDuplicates(),
        run.repeatedParagraphs(),
        run.decontaminate(),
        run.maximumDocumentBytes(),
        run.maximumRejectedFraction(),
        run.split(),
        run.evaluationSplit(),
        DomainSettings.NONE);
  }
}
