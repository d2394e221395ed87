package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {
  @TempDir private Path folder;
  private final StringWriter printed = new StringWriter();

  @BeforeEach
  void logIntoTheFolder() {
    System.setProperty(LogFile.PROPERTY, folder.resolve("log").toString());
  }

  @AfterEach
  void logAsBefore() {
    System.clearProperty(LogFile.PROPERTY);
  }

  @Test
  void aUsersMistakeIsOneSentenceAndTheLogHasTheRest() throws IOException {
    Exception failure = new RuntimeException("job aborted", new ConfigException("heads is 0"));
    assertThat(report(failure)).isEqualTo(2);
    assertThat(printed.toString()).isEqualTo("espalier: heads is 0\n");
    assertThat(Files.readString(folder.resolve("log")))
        .contains("heads is 0")
        .contains("at io.espalier.cli.FailuresTest");
  }

  @Test
  void aDamagedFileNamesItselfAndTheLog() {
    assertThat(report(new FormatException("model.safetensors is cut off"))).isEqualTo(1);
    assertThat(printed.toString())
        .isEqualTo(
            """
            espalier: model.safetensors is cut off
            The log has the details: %s
            """
                .formatted(folder.resolve("log")));
  }

  @Test
  void aForeignFailureIsToldByItsRootsFirstLine() {
    Exception failure =
        new IllegalStateException(
            "long story", new UncheckedIOException(new IOException("No space left\nmore")));
    assertThat(report(failure)).isEqualTo(1);
    assertThat(printed.toString()).startsWith("espalier: IOException: No space left\n");
  }

  @Test
  void aFullDiskIsTheUsersToEmptyAndItsSpaceIsTold() {
    Exception failure =
        new RuntimeException("job aborted", new IOException("No space left on device"));
    assertThat(report(failure)).isEqualTo(2);
    assertThat(printed.toString())
        .matches(
            "(?s)espalier: no space left on device: [0-9.]+ [kMGT]?B free at .*/log, [0-9.]+"
                + " [kMGT]?B at .*; what was committed stays, .*");
  }

  @Test
  void aReadOnlyDiskIsTheUsersToMend() {
    Exception failure =
        new RuntimeException("job aborted", new IOException("x/manifest: Read-only file system"));
    assertThat(report(failure)).isEqualTo(2);
    assertThat(printed.toString()).startsWith("espalier: read-only file system: ");
  }

  @Test
  void exhaustedMemorySaysHowToGetMore() {
    assertThat(Failures.sentence(new RuntimeException(new OutOfMemoryError("Java heap space"))))
        .contains("ESPALIER_MEMORY=8g");
  }

  private int report(Exception failure) {
    return Failures.report(failure, new PrintWriter(printed));
  }
}
