package io.espalier.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The figures for programs: {@code {"rows": [{"model", "domain", "role", "split", "metric",
 * "value", "tokens", "checkpoint_hash"}, …], "comparisons": [{"model", "baseline", "domain",
 * "split", "documents", "ratio", "ratio_low", "ratio_high", "probability", "verdict"}, …]}}.
 */
public final class ResultsJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ResultsJson() {}

  /**
   * The figures in their order; an infinite value is {@code null}. One row a line, so that two runs
   * can be compared with diff.
   */
  public static String of(List<Result> results) {
    return results.stream()
        .map(ResultsJson::row)
        .collect(Collectors.joining(",\n", "{\"rows\": [\n", "\n]}\n"));
  }

  /** The same, with the comparisons beside the rows. */
  public static String of(List<Result> results, List<Comparison> comparisons) {
    return "{\"rows\": [\n%s\n], \"comparisons\": [\n%s\n]}\n"
        .formatted(
            results.stream().map(ResultsJson::row).collect(Collectors.joining(",\n")),
            comparisons.stream().map(ResultsJson::row).collect(Collectors.joining(",\n")));
  }

  /**
   * Those of a study, with what they say: {@code "findings": [{"claim", "outcome", "found"}, …]}.
   */
  public static String of(StudyData data) {
    String findings =
        StudyFindings.of(data).stream().map(ResultsJson::row).collect(Collectors.joining(",\n"));
    String figures = of(data.results(), data.comparisons());
    return "{\"findings\": [\n%s\n], %s".formatted(findings, figures.substring(1));
  }

  private static String row(StudyFinding finding) {
    ObjectNode row = MAPPER.createObjectNode();
    row.put("claim", finding.claim());
    row.put("outcome", finding.outcome().words());
    row.put("found", finding.found());
    return text(row);
  }

  private static String row(Comparison comparison) {
    ObjectNode row = MAPPER.createObjectNode();
    row.put("model", comparison.model());
    row.put("baseline", comparison.baseline());
    row.put("domain", comparison.domain());
    row.put("split", comparison.split());
    row.put("documents", comparison.documents());
    row.put("ratio", comparison.ratio().value());
    row.put("ratio_low", comparison.ratio().low());
    row.put("ratio_high", comparison.ratio().high());
    row.put("probability", comparison.probability());
    row.put("verdict", comparison.verdict().toString());
    return text(row);
  }

  private static String row(Result result) {
    ObjectNode row = MAPPER.createObjectNode();
    row.put("model", result.model());
    row.put("domain", result.domain());
    row.put("role", result.role());
    row.put("split", result.split());
    row.put("metric", result.metric());
    // JSON has no infinity.
    row.put("value", Double.isFinite(result.value()) ? (Double) result.value() : null);
    row.put("tokens", result.tokens());
    row.put("checkpoint_hash", result.checkpointHash());
    return text(row);
  }

  private static String text(ObjectNode row) {
    try {
      return MAPPER.writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always writes as JSON", e);
    }
  }
}
