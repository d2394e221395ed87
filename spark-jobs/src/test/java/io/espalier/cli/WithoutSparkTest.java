package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line on a class path without Spark and Hadoop, as on a bare machine. */
@Timeout(120)
class WithoutSparkTest {
  @Test
  void everyCommandExplainsItself() throws Exception {
    assertThat(start("--help").out()).contains("Commands:", "bench", "doctor");
    assertThat(start("bench", "tokenize", "--help").exitCode()).isZero();
  }

  @Test
  void memoryIsMeasuredAndPrinted() throws Exception {
    Ended ended = start("bench", "memory", "--steps", "20", "--json");
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("\"growth_megabytes\"", "\"bench\" : \"memory\"");
  }

  @Test
  void aMistypedPrecisionIsTheUsersMistake() throws Exception {
    Ended ended = start("bench", "train", "--precision", "float16");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out())
        .contains("precision is float16 but must be float32, bfloat16 or float64");
  }

  @Test
  void whatNeedsSparkSaysSo() throws Exception {
    Ended ended = start("bench", "scan", "--megabytes", "1");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .contains("espalier: this needs Spark, which is not on the class path")
        .doesNotContain("\tat ", "SLF4J");
  }

  @Test
  void theDoctorMissesIt() throws Exception {
    Ended ended = start("doctor");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).containsPattern("✗ Spark +not on the class path");
  }

  private record Ended(int exitCode, String out) {}

  private static Ended start(String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classPath(),
                    Espalier.class.getName()),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out);
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.matches(".*/(org/apache/(spark|hadoop|logging)|io/delta)/.*"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
