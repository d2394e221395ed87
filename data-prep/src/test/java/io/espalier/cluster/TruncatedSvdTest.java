package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TruncatedSvdTest {

  @Test
  void isThatOfNumpy() throws IOException {
    JsonNode golden = golden();
    SparseRows matrix = sparse(matrix(golden.path("matrix")));
    double[][] vectors = matrix(golden.path("right_vectors"));

    // Of so many directions that, with those beyond, none of the 40 is left to chance.
    TruncatedSvd svd = TruncatedSvd.of(matrix, 30, 1);
    TruncatedSvd first = TruncatedSvd.of(matrix, 8, 1);

    assertThat(svd.singularValues()).hasSize(30);
    assertThat(first.singularValues()).hasSize(8);
    for (int k = 0; k < 8; k++) {
      double expected = golden.path("singular_values").get(k).asDouble();
      assertThat(svd.singularValues()[k]).isCloseTo(expected, within(1e-9 * expected));
      assertThat(first.singularValues()[k]).isCloseTo(expected, within(1e-4 * expected));
      for (int row = 0; row < vectors.length; row++) {
        assertThat(svd.rightVectors()[row][k]).isCloseTo(vectors[row][k], within(1e-7));
      }
    }
  }

  @Test
  void theRandomStartDecidesBitsAndNothingMore() throws IOException {
    SparseRows matrix = sparse(matrix(golden().path("matrix")));

    TruncatedSvd once = TruncatedSvd.of(matrix, 30, 1);

    assertThat(TruncatedSvd.of(matrix, 30, 1).rightVectors()).isDeepEqualTo(once.rightVectors());
    assertThat(TruncatedSvd.of(matrix, 30, 2).singularValues())
        .containsExactly(once.singularValues(), within(1e-9));
  }

  @Test
  void aMatrixOfLowRankHasNoMoreDirectionsThanThat() {
    Random random = new Random(4);
    double[][] matrix = new double[30][12];
    for (double[] row : matrix) {
      double a = random.nextInt(3);
      double b = random.nextInt(3);
      IntStream.range(0, 12).forEach(c -> row[c] = c % 2 == 0 ? a : b);
    }

    TruncatedSvd svd = TruncatedSvd.of(sparse(matrix), 10, 1);

    assertThat(svd.singularValues()).hasSize(2);
    double[][] gram = DenseColumns.gram(svd.rightVectors());
    assertThat(gram[0][0]).isCloseTo(1, within(1e-9));
    assertThat(gram[0][1]).isCloseTo(0, within(1e-9));
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in = TruncatedSvdTest.class.getResourceAsStream("/golden/cluster/svd.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static double[][] matrix(JsonNode rows) {
    return IntStream.range(0, rows.size())
        .mapToObj(
            row ->
                IntStream.range(0, rows.get(row).size())
                    .mapToDouble(column -> rows.get(row).get(column).asDouble())
                    .toArray())
        .toArray(double[][]::new);
  }

  private static SparseRows sparse(double[][] dense) {
    int[] starts = new int[dense.length + 1];
    IntStream.Builder columns = IntStream.builder();
    java.util.List<Float> values = new java.util.ArrayList<>();
    for (int row = 0; row < dense.length; row++) {
      for (int column = 0; column < dense[row].length; column++) {
        if (dense[row][column] != 0) {
          columns.add(column);
          values.add((float) dense[row][column]);
        }
      }
      starts[row + 1] = values.size();
    }
    float[] packed = new float[values.size()];
    IntStream.range(0, packed.length).forEach(i -> packed[i] = values.get(i));
    return new SparseRows(starts, columns.build().toArray(), packed, dense[0].length);
  }
}
