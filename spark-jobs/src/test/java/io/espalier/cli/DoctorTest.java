package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir private Path folder;

  @Test
  void findsWhatTheTestsThemselvesRunOn() {
    assertThat(find("Java", Map.of()).status()).isEqualTo(Finding.Status.FOUND);
    assertThat(find("Spark", Map.of()).found()).startsWith("4.1");
    assertThat(find("Delta Lake", Map.of()).found()).startsWith("4.1");
    assertThat(find("Disk for runs", Map.of()).found()).contains(folder.resolve("run").toString());
  }

  @Test
  void aFolderBelowAFileCantBeWrittenTo() throws IOException {
    Files.writeString(folder.resolve("file"), "in the way");
    Finding disk =
        new Doctor(Map.of(), folder.resolve("file/run"))
            .examine().stream()
                .filter(f -> f.what().equals("Disk for runs"))
                .findFirst()
                .orElseThrow();
    assertThat(disk.status()).isEqualTo(Finding.Status.MISSING);
    assertThat(disk.advice()).contains("--output");
  }

  @Test
  void spinningOpenMpThreadsAreAWarningWithACure() {
    assertThat(find("OpenMP", Map.of("OMP_WAIT_POLICY", "ACTIVE")).advice())
        .contains("export OMP_WAIT_POLICY=PASSIVE");
    assertThat(find("OpenMP", Map.of("OMP_WAIT_POLICY", "passive")).advice()).isEmpty();
  }

  @Test
  void aSparkHomeWithoutSparkSubmitIsMissing() {
    Finding home = find("SPARK_HOME", Map.of("SPARK_HOME", folder.toString()));
    assertThat(home.status()).isEqualTo(Finding.Status.MISSING);
    assertThat(home.found()).contains("bin/spark-submit");
  }

  @Test
  void theNativeLibraryIsReallyLoaded() {
    assertThat(find("PyTorch library", Map.of()).found()).startsWith("2.7.1, built with");
  }

  @Test
  void cardsAreCountedByTheirDeviceFiles() throws IOException {
    for (String name : List.of("nvidia1", "nvidia0", "nvidiactl", "nvidia-uvm", "null")) {
      Files.writeString(folder.resolve(name), "");
    }
    assertThat(NvidiaCards.fromDeviceFiles(folder))
        .containsExactly(
            folder.resolve("nvidia0").toString(), folder.resolve("nvidia1").toString());
  }

  @Test
  void versionsAreReadFromJarNames() {
    assertThat(Doctor.versionIn("/m2/delta-spark_4.1_2.13-4.1.0.jar")).isEqualTo("4.1.0");
    assertThat(Doctor.versionIn("/m2/spark-sql_2.13-4.1.1.jar")).isEqualTo("4.1.1");
    assertThat(Doctor.versionIn("/classes/")).isEqualTo("/classes/");
  }

  private Finding find(String what, Map<String, String> environment) {
    return new Doctor(environment, folder.resolve("run"))
        .examine().stream().filter(f -> f.what().equals(what)).findFirst().orElseThrow();
  }
}
