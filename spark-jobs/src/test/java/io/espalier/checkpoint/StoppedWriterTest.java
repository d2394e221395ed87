package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.storage.S3Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A writer is stopped by SIGSTOP, another takes over, and the first wakes up as if nothing had
 * been: real processes, on a local folder and on S3.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class StoppedWriterTest {
  enum Store {
    LOCAL,
    S3
  }

  private static final Duration DURATION = Duration.ofSeconds(2);

  @TempDir private static Path folder;
  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder.resolve("server"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void aZombiesCommitIsRefused(Store store) throws Exception {
    Map<String, String> settings = store == Store.S3 ? server.settings() : new TreeMap<>();
    String uri =
        store == Store.S3 ? "s3a://%s/run".formatted(S3Server.BUCKET) : folder.toUri() + "run";
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    CheckpointFolder checkpoints = CheckpointFolder.open(configuration, uri + "/checkpoints");

    Process zombie = child(uri, settings);
    BufferedReader out = zombie.inputReader();
    awaitLine(out, "committed 3");
    signal(zombie, "STOP");
    try (Lease second = take(configuration, uri)) {
      assertThat(second.epoch()).isEqualTo(2);
      List<Long> before = steps(checkpoints);
      signal(zombie, "CONT");
      assertThat(zombie.waitFor(60, TimeUnit.SECONDS)).isTrue();

      assertThat(zombie.exitValue()).isEqualTo(CommitsInAChild.FENCED);
      assertThat(String.join("\n", out.lines().toList()))
          .contains("is another writer (since ", "in epoch 2: nothing more is written here");
      assertThat(steps(checkpoints)).isEqualTo(before);
      Samples.commit(checkpoints.fencedBy(List.of(second.fence()), configuration), 1_000);
    } finally {
      zombie.destroyForcibly();
    }
    checkpoints.all().forEach(Checkpoint::audit);
    assertThat(checkpoints.latest().orElseThrow().step()).isEqualTo(1_000);
  }

  private static Lease take(Configuration configuration, String uri) {
    return Lease.take(
        configuration,
        uri + "/leases/run",
        new Lease.Request(
            "The run folder " + uri, "another writer", DURATION, waiting -> {}, lost -> {}));
  }

  private static List<Long> steps(CheckpointFolder checkpoints) {
    return checkpoints.all().stream().map(Checkpoint::step).toList();
  }

  private static void awaitLine(BufferedReader out, String wanted) throws IOException {
    List<String> lines = new ArrayList<>();
    String line = out.readLine();
    while (line != null && !line.equals(wanted)) {
      lines.add(line);
      line = out.readLine();
    }
    assertThat(line).as(String.join("\n", lines)).isNotNull();
  }

  private static void signal(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  private static Process child(String uri, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(CommitsInAChild.class.getName(), uri));
    command.add(Long.toString(DURATION.toMillis()));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }
}
