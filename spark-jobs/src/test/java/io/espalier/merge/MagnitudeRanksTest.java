package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MagnitudeRanksTest {
  @Test
  void findsWhatSortingFinds() {
    Random random = new Random(20);
    for (int round = 0; round < 50; round++) {
      int elements = 1 + random.nextInt(3000);
      double[][] inputs = new double[3][elements];
      for (int i = 0; i < elements; i++) {
        // Many equal magnitudes, many close ones, and some of very different size.
        inputs[0][i] = (float) (random.nextInt(20) - 10);
        inputs[1][i] = (float) (1 + random.nextInt(5000) * 1e-7);
        inputs[2][i] = 0;
      }
      inputs[1][0] = (float) 1e-40;
      long low = random.nextInt(elements);
      long high = low + random.nextInt((int) (elements - low));
      MagnitudeRanks ranks = new MagnitudeRanks(2, low, high);
      for (Optional<Statistics> pass = ranks.next(); pass.isPresent(); pass = ranks.next()) {
        pass.get().add(inputs, elements);
      }
      for (int expert = 0; expert < 2; expert++) {
        float[] sorted = new float[elements];
        for (int i = 0; i < elements; i++) {
          sorted[i] = Math.abs((float) inputs[expert][i]);
        }
        Arrays.sort(sorted);
        assertThat(ranks.of(0)[expert]).isEqualTo(sorted[(int) low]);
        assertThat(ranks.of(1)[expert]).isEqualTo(sorted[(int) high]);
      }
    }
  }
}
