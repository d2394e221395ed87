package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class OneTaskPerPlanSparkTest {
  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .getOrCreate();

  private record Worked(int plan, long fromNanos, long toNanos) implements Serializable {
    private static final long serialVersionUID = 1L;

    boolean isAtWorkAt(long nanos) {
      return fromNanos <= nanos && nanos < toNanos;
    }
  }

  @Test
  void morePlansThanSlotsQueueLongestFirstEachOnce() {
    List<Worked> worked =
        OneTaskPerPlan.longestFirst(
            SPARK, "test", List.of(1, 5, 2, 4, 3), plan -> plan, OneTaskPerPlanSparkTest::work);

    assertThat(worked).extracting(Worked::plan).containsExactly(5, 4, 3, 2, 1);
    assertThat(worked)
        .as("never more at once than there are slots")
        .allSatisfy(
            one ->
                assertThat(worked.stream().filter(other -> other.isAtWorkAt(one.fromNanos())))
                    .hasSizeLessThanOrEqualTo(2));
  }

  @Test
  void noPlanIsNoJob() {
    assertThat(
            OneTaskPerPlan.longestFirst(
                SPARK, "test", List.<Integer>of(), plan -> plan, OneTaskPerPlanSparkTest::work))
        .isEmpty();
  }

  private static Worked work(int plan) throws InterruptedException {
    long from = System.nanoTime();
    Thread.sleep(100);
    return new Worked(plan, from, System.nanoTime());
  }
}
