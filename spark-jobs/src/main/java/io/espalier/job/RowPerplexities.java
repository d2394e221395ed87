package io.espalier.job;

import io.espalier.table.ScoreRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Perplexities of log-probabilities that never become rows of the table {@code scores}. */
final class RowPerplexities {
  private RowPerplexities() {}

  /** Domain → exp of the mean negative log-probability of all its tokens. */
  static Map<String, Double> byDomain(List<ScoreRow> rows) {
    Map<String, Double> sums = new TreeMap<>();
    Map<String, Long> tokens = new TreeMap<>();
    for (ScoreRow row : rows) {
      var values =
          ByteBuffer.wrap(row.logProbabilities()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      double sum = 0;
      for (int i = 0; i < values.limit(); i++) {
        sum += values.get(i);
      }
      sums.merge(row.domain(), sum, Double::sum);
      tokens.merge(row.domain(), (long) values.limit(), Long::sum);
    }
    Map<String, Double> perplexities = new TreeMap<>();
    sums.forEach(
        (domain, sum) ->
            perplexities.put(domain, Math.exp(-sum / tokens.getOrDefault(domain, 0L))));
    return perplexities;
  }
}
