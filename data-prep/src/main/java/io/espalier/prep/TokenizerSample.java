package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.text.TokenizerSettings;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/**
 * Which documents a tokenizer is trained on: of each domain those whose hash is below a threshold,
 * so the same ones however they are spread over tasks.
 *
 * @param fractions of each domain's documents; 1 where it has less text than its weight asks for
 */
record TokenizerSample(Map<String, Double> fractions) {
  private static final long BUCKETS = 1L << 40;

  TokenizerSample {
    fractions = Collections.unmodifiableMap(new TreeMap<>(fractions));
  }

  /**
   * The sample that the settings ask for.
   *
   * @throws io.espalier.config.ConfigException if the weights don't fit the domains
   */
  static TokenizerSample of(TokenizerSettings settings, PreparedDocuments documents) {
    Map<String, Long> bytes =
        documents.domains().stream()
            .filter(counts -> counts.role().equals(Role.TRAINING.toString()))
            .filter(counts -> counts.split().equals("train"))
            .collect(
                Collectors.groupingBy(
                    DomainCounts::domain, Collectors.summingLong(DomainCounts::bytes)));
    Map<String, Double> weights = settings.domainWeights().weights(bytes);
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> fractions = new TreeMap<>();
    bytes.forEach(
        (domain, there) -> {
          double wanted = settings.sampleBytes() * weights.getOrDefault(domain, 0.0) / sum;
          fractions.put(domain, Math.min(1, wanted / there));
        });
    return new TokenizerSample(fractions);
  }

  /** Whether a document is in the sample; needs the columns id and domain. */
  Column contains() {
    Column threshold = lit(0L);
    for (Map.Entry<String, Double> entry : fractions.entrySet()) {
      threshold =
          when(col("domain").equalTo(entry.getKey()), lit((long) (entry.getValue() * BUCKETS)))
              .otherwise(threshold);
    }
    // Another hash than that by which packing orders documents.
    return pmod(xxhash64(lit("tokenizer"), col("id")), lit(BUCKETS)).lt(threshold);
  }

  /** As a line of the stage's progress. */
  String described() {
    return "trained on a sample: "
        + fractions.entrySet().stream()
            .map(entry -> "%.3g %% of %s".formatted(100 * entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", "));
  }
}
