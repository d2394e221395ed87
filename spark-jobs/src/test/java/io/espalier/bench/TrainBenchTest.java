package io.espalier.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TrainBenchTest {
  private static final TrainSize TINY = new TrainSize("tiny", 1, 16, 2, 8, 2, 50, 2);

  @Test
  void everySizeGetsItsFigures() {
    Map<String, Object> figures = TrainBench.measure(settings("")).figures();
    assertThat(figures)
        .containsEntry("device", "cpu")
        .containsEntry("precision", "float32")
        .doesNotContainKey("tiny_cpu_time_over_peer");
    double milliseconds = number(figures, "tiny_cpu_milliseconds_per_step");
    double tokensPerCoreSecond = number(figures, "tiny_tokens_per_core_second");
    assertThat(tokensPerCoreSecond * milliseconds / 1000 / TINY.tokensPerStep())
        .isBetween(0.98, 1.02); // both are rounded
  }

  private static double number(Map<String, Object> figures, String name) {
    return Double.parseDouble(String.valueOf(figures.get(name)));
  }

  @Test
  void anInterpreterThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> TrainBench.measure(settings("/no/such/python")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("peer is /no/such/python but it can't be started");
  }

  @Test
  void aMissingPeerScriptIsNamed() {
    assertThatThrownBy(() -> TrainBench.measure(settings("java", Path.of("none.py"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.py");
  }

  @Test
  void anUnknownSizeIsRefused() {
    assertThatThrownBy(() -> TrainSize.of("d"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("size is d but must be a, b, c or quickstart");
  }

  @Test
  void theMedianOfRatiosIsNotTheRatioOfMedians() {
    assertThat(Medians.of(List.of(4.0, 1.0, 3.0))).isEqualTo(3);
    assertThat(Medians.of(List.of(4.0, 1.0))).isEqualTo(2.5);
    assertThat(Medians.ofRatios(List.of(1.0, 2.0, 9.0), List.of(1.0, 4.0, 3.0))).isEqualTo(1);
  }

  @Test
  void memoryIsNotedTenTimes() {
    assertThat(MemoryBench.measure(20).figures())
        .hasSize(12)
        .containsKeys(
            "resident_megabytes_after_2_steps",
            "resident_megabytes_after_20_steps",
            "growth_megabytes");
  }

  /** A process of its own, whose class path has neither Spark nor Hadoop, Delta or Scala. */
  @Test
  void trainingRunsWithoutSparkOnTheClassPath() throws IOException, InterruptedException {
    Pattern cluster = Pattern.compile(".*/(spark|hadoop|delta|scala)[^/]*\\.jar");
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !cluster.matcher(entry).matches())
            .collect(joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                TrainsTiny.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("tiny_tokens_per_second").contains("no Spark");
  }

  /** Measures a tiny model and prints the figures. */
  static final class TrainsTiny {
    public static void main(String[] args) {
      System.out.println(TrainBench.measure(settings("")).figures());
      try {
        Class.forName("org.apache.spark.sql.SparkSession");
      } catch (ClassNotFoundException e) {
        System.out.println("no Spark");
      }
    }
  }

  private static TrainBench.Settings settings(String python) {
    return settings(python, Path.of("../benchmarks/peer_train.py"));
  }

  private static TrainBench.Settings settings(String python, Path script) {
    return new TrainBench.Settings(List.of(TINY), 2, Precision.FLOAT32, "cpu", 1, python, script);
  }
}
