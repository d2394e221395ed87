package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path folder;

  @AfterEach
  void logAsBefore() {
    System.clearProperty(LogFile.PROPERTY);
  }

  @Test
  void movesIntoTheRunWithWhatWasLoggedBefore() throws IOException {
    Path early = folder.resolve("early.log");
    System.setProperty(LogFile.PROPERTY, early.toString());
    LogFile.record(new IllegalStateException("before"));
    LogFile.moveTo(folder.resolve("run/logs"));
    LogFile.record(new IllegalStateException("after"));

    assertThat(early).doesNotExist();
    assertThat(LogFile.path()).hasParent(folder.resolve("run/logs"));
    assertThat(Files.readString(LogFile.path())).contains("before").contains("after");
  }

  @Test
  void leavesNoFileWhereNothingWasLogged() throws IOException {
    System.setProperty(LogFile.PROPERTY, folder.resolve("early.log").toString());
    LogFile.moveTo(folder.resolve("logs"));
    assertThat(LogFile.path()).doesNotExist();
  }
}
