package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ScanBenchSparkTest {

  @Test
  void whatWasWrittenIsReadBack() {
    BenchResult result = ScanBench.measure(1, 127);

    assertThat(result.bench()).isEqualTo("scan");
    assertThat(result.figures())
        .containsEntry("sequences", 1_000_000L / 256)
        .containsEntry("token_megabytes", 1.0)
        .containsKeys("scan_megabytes_per_second", "scan_megabytes_per_cpu_second")
        .extractingByKey("stored_megabytes", InstanceOfAssertFactories.DOUBLE)
        .isBetween(0.1, 1.1);
  }
}
