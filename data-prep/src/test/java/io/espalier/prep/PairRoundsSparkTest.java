package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.table.HeldRows;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Few pairs are one task's, many are rounds' and many tasks': with the same rows. */
class PairRoundsSparkTest {
  private final List<RandomPairs.Pair> pairs = RandomPairs.of(3);

  @Test
  void whatIsLostIsTheSameOfAllPairsInOneTaskAndOfComponentsInMany() {
    try (HeldRows held = new HeldRows()) {
      List<String> inOneTask = rows(SimilarDocuments.lost(pairs(), held));

      assertThat(inOneTask).hasSizeGreaterThan(10);
      assertThat(rows(SimilarDocuments.lost(pairs(), held, 0))).isEqualTo(inOneTask);
    }
  }

  @Test
  void componentsAreTheSameInRoundsAndInOneTask() {
    try (HeldRows held = new HeldRows()) {
      List<String> inOneTask = rows(Clusters.of(pairs(), held));

      assertThat(inOneTask).hasSizeGreaterThan(20);
      assertThat(rows(Clusters.of(pairs(), held, 0))).isEqualTo(inOneTask);
    }
  }

  @Test
  void withoutPairsNothingIsLostAndNothingConnected() {
    Dataset<Row> none = pairs().where("false");
    try (HeldRows held = new HeldRows()) {
      assertThat(rows(SimilarDocuments.lost(none, held))).isEmpty();
      assertThat(rows(Clusters.of(none, held))).isEmpty();
    }
  }

  private Dataset<Row> pairs() {
    return RandomPairs.rows(pairs);
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
