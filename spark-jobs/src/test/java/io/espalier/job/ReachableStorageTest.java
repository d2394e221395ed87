package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** File systems that can't be used are named in one sentence, and nobody waits for them. */
@Timeout(60)
class ReachableStorageTest {
  private static final String KEY = "data.training[0].path";
  private final Configuration configuration = new Configuration();

  @Test
  void aLocalPathIsPassedOver(@TempDir Path folder) {
    assertThatCode(
            () -> {
              ReachableStorage.check(KEY, "", configuration);
              ReachableStorage.check(KEY, folder.resolve("nothing").toString(), configuration);
              ReachableStorage.check(KEY, folder.toUri().toString(), configuration);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aMissingLibraryIsNamedWithWhatWouldAddIt() {
    configuration.set("fs.s3a.impl", "org.example.Missing");
    assertThatThrownBy(() -> ReachableStorage.check(KEY, "s3a://bucket/x", configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            "data.training\\[0].path is s3a://bucket/x but the class path lacks org.example.Missing; for s3a, --conf spark.jars.packages=org.apache.hadoop:hadoop-aws:\\d\\S+ would add it");
  }

  @Test
  void anUnknownSchemeIsNamed() {
    assertThatThrownBy(() -> ReachableStorage.check(KEY, "s3://bucket/x", configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            KEY
                + " is s3://bucket/x but it can't be read: No FileSystem for scheme \"s3\"; the same with s3a:// would work");
  }

  @Test
  void aRefusedConnectionIsOneSentence() throws IOException {
    String closed = "hdfs://127.0.0.1:%d/x".formatted(closedPort());
    assertThatThrownBy(() -> ReachableStorage.check(KEY, closed, configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("%s is %s but it can't be read: ", KEY, closed)
        .hasMessageContaining("Connection refused")
        .hasMessageEndingWith("; a path on a file system that this machine reaches would work")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aServerThatNeverAnswersIsNotWaitedFor() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String location = "hdfs://127.0.0.1:%d/x".formatted(silent.getLocalPort());
      assertThatThrownBy(() -> ReachableStorage.check(KEY, location, configuration, 1))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("it doesn't answer within 1 seconds");
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
