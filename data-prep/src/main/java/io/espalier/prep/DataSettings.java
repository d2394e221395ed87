package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.text.DocumentFilter;
import io.espalier.text.UnicodeForm;
import java.util.List;

/**
 * The section {@code data} of an experiment.
 *
 * @param training sources whose domains become experts
 * @param evaluation sources whose domains are never trained on
 * @param megatron corpora that are tokens already
 * @param filters asked in order; the first that refuses a text says why
 * @param maximumDocumentBytes longest text in UTF-8
 * @param maximumRejectedFraction above this share of rejected records of a source the run stops;
 *     duplicates don't count
 * @param split of training domains
 * @param evaluationSplit of evaluation domains
 */
public record DataSettings(
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
  /** Half a gigabyte of text as a Java string is where a row can still be handled. */
  private static final int LARGEST_DOCUMENT_BYTES = 1 << 28;

  public DataSettings {
    training = List.copyOf(training);
    evaluation = List.copyOf(evaluation);
    megatron = List.copyOf(megatron);
    filters = List.copyOf(filters);
    if (training.isEmpty() && megatron.stream().noneMatch(corpus -> corpus.split().trains())) {
      throw new ConfigException(
          "training is empty but needs at least one source; [{path: /data/texts}] would work where"
              + " each folder of /data/texts holds one domain");
    }
    Rule.between("maximum_document_bytes", maximumDocumentBytes, 1, LARGEST_DOCUMENT_BYTES);
    Rule.between("maximum_rejected_fraction", maximumRejectedFraction, 0, 1);
  }
}
