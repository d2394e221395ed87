package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every schedule. */
class ScheduleContractTest {
  private static final double PEAK = 3e-3;
  private static final double WARMUP = 0.08;
  private static final long SPAN = 1000;

  static Stream<Schedule> members() {
    return Stream.of(
        new PolynomialSchedule(PEAK, WARMUP, 1, 0),
        new PolynomialSchedule(PEAK, WARMUP, 2.5, 0.1),
        new CosineSchedule(PEAK, WARMUP, 0),
        new CosineSchedule(PEAK, WARMUP, 0.1),
        new ConstantSchedule(PEAK, WARMUP));
  }

  @Test
  void everyMemberIsHeldToTheContract() {
    List<Class<?>> tested = members().<Class<?>>map(Schedule::getClass).distinct().toList();
    assertThat(tested)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.asList(Schedule.class.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("members")
  void startsNearZeroAndReachesThePeakAtTheEndOfWarmup(Schedule schedule) {
    assertThat(schedule.warmupSteps(SPAN)).isEqualTo(80);
    assertThat(schedule.learningRate(0, SPAN)).isEqualTo(PEAK / 80, within(1e-15));
    assertThat(schedule.learningRate(79, SPAN)).isEqualTo(PEAK);
  }

  @ParameterizedTest
  @MethodSource("members")
  void isContinuous(Schedule schedule) {
    double largestJump = PEAK / 80 + 1e-12;
    for (long step = 1; step <= SPAN; step++) {
      double jump = schedule.learningRate(step, SPAN) - schedule.learningRate(step - 1, SPAN);
      assertThat(Math.abs(jump)).as("step %d", step).isLessThanOrEqualTo(largestJump);
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void isPositiveWhereverItIsCarriedOutAndNeverAboveThePeak(Schedule schedule) {
    for (long span : new long[] {1, 2, 3, 12, 13, 600, SPAN}) {
      for (long step = 0; step < span; step++) {
        assertThat(schedule.learningRate(step, span)).isPositive().isLessThanOrEqualTo(PEAK);
      }
      assertThat(schedule.learningRate(span, span)).isNotNegative();
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void neverRisesAfterWarmup(Schedule schedule) {
    for (long step = 80; step <= SPAN; step++) {
      assertThat(schedule.learningRate(step, SPAN))
          .isLessThanOrEqualTo(schedule.learningRate(step - 1, SPAN));
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void dependsOnTheStepAloneAndNotOnWhatWasAskedBefore(Schedule schedule) {
    double first = schedule.learningRate(500, SPAN);
    schedule.learningRate(999, SPAN);
    assertThat(schedule.learningRate(500, SPAN)).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("members")
  void refusesAStepOutsideTheSpan(Schedule schedule) {
    assertThatThrownBy(() -> schedule.learningRate(SPAN + 1, SPAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Step 1001 lies outside the span of 1000 updates");
    assertThatThrownBy(() -> schedule.learningRate(-1, SPAN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutWarmupTheFirstUpdateIsAlmostAtThePeak() {
    Schedule schedule = new PolynomialSchedule(PEAK, 0, 1, 0);
    assertThat(schedule.warmupSteps(SPAN)).isZero();
    assertThat(schedule.learningRate(0, SPAN)).isEqualTo(PEAK * 1000 / 1001, within(1e-12));
  }

  @Test
  void aLineFallsToItsFinalFraction() {
    assertThat(new PolynomialSchedule(PEAK, WARMUP, 1, 0).learningRate(SPAN, SPAN)).isZero();
    assertThat(new PolynomialSchedule(PEAK, WARMUP, 1, 0.1).learningRate(SPAN, SPAN))
        .isEqualTo(PEAK / 10, within(1e-12));
    Schedule line = new PolynomialSchedule(1, 0.5, 1, 0);
    assertThat(line.learningRate(54, 99)).isEqualTo(0.9, within(1e-12));
  }

  @Test
  void aCosineIsHalfwayInTheMiddle() {
    assertThat(new CosineSchedule(PEAK, 0, 0.1).decay(0.5)).isEqualTo(0.55, within(1e-12));
  }

  @Test
  void refusesWhatIsNoRate() {
    assertThatThrownBy(() -> new ConstantSchedule(0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("peak_learning_rate is 0 but must be positive");
    assertThatThrownBy(() -> new ConstantSchedule(Double.POSITIVE_INFINITY, 0))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new CosineSchedule(1, 1, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("warmup_fraction is 1.0 but must be at least 0 and below 1; 0.08 would work");
    assertThatThrownBy(() -> new PolynomialSchedule(1, 0, 0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("power is 0 but must be positive");
    assertThatThrownBy(() -> new PolynomialSchedule(1, 0, 1, 1.5))
        .isInstanceOf(ConfigException.class)
        .hasMessage("final_fraction is 1.5 but must be between 0 and 1");
  }
}
