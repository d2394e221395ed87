package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.table.MetricsRow;
import io.espalier.train.Rewind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingRecordsTest {
  @Test
  void eachDecisionOfTheSpikeGuardIsARowBesideTheUpdates() {
    var update = new io.espalier.train.MetricsRow(20, 2560, 4.5, 0.7, 1e-3, 1, 1);
    Rewind spike = new Rewind(17, Rewind.GRADIENT_NORM, 91, 0.8, 10, 56, 0.5);
    List<MetricsRow> rows = TrainingRecords.metricsOf("dense", List.of(update), List.of(spike));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).decision()).isEmpty();
    assertThat(rows.get(0).loss()).isEqualTo(4.5);
    assertThat(rows.get(1).step()).isEqualTo(17);
    assertThat(rows.get(1).gradientNorm()).isEqualTo(91);
    assertThat(rows.get(1).loss()).isNaN();
    assertThat(rows.get(1).decision())
        .contains("gradient norm", "back to update 10", "56 samples are passed over", "0.5");
  }
}
