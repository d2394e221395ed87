package io.espalier.prep;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.CUSTOM;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.text.DocumentFilter;
import io.espalier.text.TextEdit;
import io.espalier.text.UnicodeForm;
import java.util.List;

/**
 * The section {@code data} of an experiment.
 *
 * @param training sources whose domains become experts
 * @param evaluation sources whose domains are never trained on
 * @param megatron corpora that are tokens already
 * @param edits made in order, before the filters; none of them in a fingerprint where there are
 *     none, so that what was prepared before they existed is still complete
 * @param filters asked in order; the first that refuses a text says why
 * @param nearDuplicates which documents count as nearly the same
 * @param repeatedParagraphs which paragraphs are cut from documents
 * @param decontaminate what training documents may not share with evaluation documents
 * @param maximumDocumentBytes longest text in UTF-8
 * @param maximumRejectedFraction above this share of rejected records of a source the run stops;
 *     duplicates don't count
 * @param split of training domains
 * @param evaluationSplit of evaluation domains
 * @param domains what concerns all training domains together; no part of what is written of these
 *     settings, since {@link PreparationPlan#fingerprint} adds it where it matters
 */
public record DataSettings(
    List<SourceSettings> training,
    List<SourceSettings> evaluation,
    List<MegatronSettings> megatron,
    UnicodeForm unicodeForm,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TextEdit> edits,
    List<DocumentFilter> filters,
    Deduplicate deduplicate,
    @JsonInclude(value = CUSTOM, valueFilter = Switched.Off.class)
        NearDuplicateSettings nearDuplicates,
    @JsonInclude(value = CUSTOM, valueFilter = Switched.Off.class)
        RepeatedParagraphSettings repeatedParagraphs,
    @JsonInclude(value = CUSTOM, valueFilter = Switched.Off.class)
        DecontaminationSettings decontaminate,
    int maximumDocumentBytes,
    double maximumRejectedFraction,
    SplitSettings split,
    EvaluationSplitSettings evaluationSplit,
    @JsonProperty(value = "domains", access = JsonProperty.Access.WRITE_ONLY)
        DomainSettings domains) {
  /** Half a gigabyte of text as a Java string is where a row can still be handled. */
  private static final int LARGEST_DOCUMENT_BYTES = 1 << 28;

  public DataSettings {
    training = List.copyOf(training);
    evaluation = List.copyOf(evaluation);
    megatron = List.copyOf(megatron);
    edits = List.copyOf(edits);
    filters = List.copyOf(filters);
    if (training.isEmpty() && megatron.stream().noneMatch(corpus -> corpus.split().trains())) {
      throw new ConfigException(
          "training is empty but needs at least one source; [{path: /data/texts}] would work where"
              + " each folder of /data/texts holds one domain");
    }
    Rule.between("maximum_document_bytes", maximumDocumentBytes, 1, LARGEST_DOCUMENT_BYTES);
    Rule.between("maximum_rejected_fraction", maximumRejectedFraction, 0, 1);
    checkClusters(training, evaluation);
    checkSplitFields(training, split);
    checkSharesOfClusters(training, split, domains);
  }

  /** Without edits, and with everything off that can be. */
  public DataSettings(
      List<SourceSettings> training,
      List<SourceSettings> evaluation,
      List<MegatronSettings> megatron,
      UnicodeForm unicodeForm,
      List<DocumentFilter> filters,
      Deduplicate deduplicate,
      int maximumDocumentBytes,
      double maximumRejectedFraction,
      SplitSettings split,
      EvaluationSplitSettings evaluationSplit) {
    this(
        training,
        evaluation,
        megatron,
        unicodeForm,
        List.of(),
        filters,
        deduplicate,
        NearDuplicateSettings.OFF,
        RepeatedParagraphSettings.OFF,
        DecontaminationSettings.OFF,
        maximumDocumentBytes,
        maximumRejectedFraction,
        split,
        evaluationSplit,
        DomainSettings.NONE);
  }

  private static void checkSplitFields(List<SourceSettings> training, SplitSettings split) {
    for (int i = 0; i < training.size(); i++) {
      String field = training.get(i).fields().split();
      if (split.type() == SplitType.HASH && !field.isEmpty()) {
        throw new ConfigException(
            "training[%d].fields.split is %s but split.type is hash, which no field decides; time or given would work"
                .formatted(i, field));
      }
      boolean needed =
          split.type() == SplitType.TIME
              || (split.type() == SplitType.GIVEN && split.files().isEmpty());
      if (needed && field.isEmpty()) {
        throw new ConfigException(
            "split.type is %s but training[%d].fields.split is empty; the field that holds %s%s would work"
                .formatted(
                    split.type(),
                    i,
                    split.type() == SplitType.TIME ? "the date" : "the split's name",
                    split.type() == SplitType.TIME ? "" : ", or split.files,"));
      }
    }
  }

  /** Clusters are fitted on training text before there are domains to take shares of. */
  private static void checkSharesOfClusters(
      List<SourceSettings> training, SplitSettings split, DomainSettings domains) {
    if (domains.findsDomains(training) && split.takesNewestShares()) {
      throw new ConfigException(
          "split.type is time by fractions of each domain but domains are clusters, which are fitted on training text first; validation_from and test_from would work");
    }
  }

  /** One model divides all text, and a domain that is trained on is never evaluated on. */
  private static void checkClusters(
      List<SourceSettings> training, List<SourceSettings> evaluation) {
    if (evaluation.stream().anyMatch(source -> source.domain() instanceof ClusterDomainSharder)) {
      throw new ConfigException(
          "evaluation has a source whose domain.type is cluster but clusters are training domains;"
              + " {type: fixed, name: …} or {type: source_folder} would work");
    }
    List<Integer> counts =
        training.stream()
            .map(SourceSettings::domain)
            .filter(ClusterDomainSharder.class::isInstance)
            .map(domain -> ((ClusterDomainSharder) domain).clusters())
            .distinct()
            .toList();
    if (counts.size() > 1) {
      throw new ConfigException(
          "training has sources whose domain.clusters is %d and %d but all of them are divided together; one number would work"
              .formatted(counts.get(0), counts.get(1)));
    }
  }
}
