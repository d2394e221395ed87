package io.espalier.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run on a standalone cluster whose processes know one another by a secret and encrypt what
 * they send and what they put on disk; every model is trained by two ranks that exchange over TCP.
 */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class SecuredClusterIT {
  private static final String[] TWO_RANKS = {
    "training.steps=60",
    "training.checkpoint_steps=30",
    "training.parallel.tensor_parallel_size=2",
    "experts.parallel.tensor_parallel_size=2"
  };

  /** Where Spark's processes look for the secret. */
  private static final String VARIABLE = "_SPARK_AUTH_SECRET";

  /** Secrets are looked for in what processes say, so they must say something. */
  private static final String TALKATIVE =
      """
      appender.console.type = Console
      appender.console.name = console
      appender.console.target = SYSTEM_ERR
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %p %c{1}: %m%n%ex
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      """;

  @TempDir private Path folder;
  private Path run;
  private TinyExperiment tiny;

  @BeforeEach
  void write() throws IOException {
    tiny = TinyExperiment.in(folder);
    run = folder.resolve("run");
    Files.writeString(folder.resolve("log4j2.properties"), TALKATIVE);
    Files.createDirectory(folder.resolve("events"));
  }

  @Test
  void aWholeRunWorksAndTheSecretStandsNowhere() throws Exception {
    String secret = newSecret();
    try (StandaloneCluster cluster = cluster(secret);
        DriverProcess driver = driver(cluster, secret)) {
      driver.start();
      awaitSealedCollective(cluster, driver, secret);
      while (driver.isAlive()) {
        lookForSecretArguments(secret);
        assertThat(socketFiles()).as("ranks on one machine").isEmpty();
        Thread.sleep(100);
      }
      driver.awaitSuccess();
    }
    assertThat(run.resolve("report/index.html")).exists();
    assertThat(files()).anyMatch(file -> file.startsWith(folder.resolve("events")));
    assertThat(filesWith("Rank 1 of 2 is on 127.0.0.1")).as("executors' logs").isNotEmpty();
    assertThat(filesWith(secret)).isEmpty();
  }

  @Test
  void whoDoesNotKnowTheSecretIsTurnedAway() throws Exception {
    try (StandaloneCluster cluster = cluster(newSecret());
        DriverProcess driver = driver(cluster, newSecret())) {
      driver.start();
      assertThat(driver.awaitEnd()).as(driver.printed()).isEqualTo(2);
      assertThat(driver.printed()).contains("takes no application");
    }
    assertThat(run.resolve("tables")).doesNotExist();
  }

  private StandaloneCluster cluster(String secret) throws Exception {
    List<String> options =
        secured().entrySet().stream()
            .map(s -> "-D%s=%s".formatted(s.getKey(), s.getValue()))
            .toList();
    return StandaloneCluster.start(folder.resolve("cluster"), 2, options, environment(secret));
  }

  private DriverProcess driver(StandaloneCluster cluster, String secret) {
    Map<String, String> settings = new HashMap<>(secured());
    settings.put("spark.eventLog.enabled", "true");
    settings.put("spark.eventLog.dir", folder.resolve("events").toUri().toString());
    // Ranks with folders of temporary files of their own are on machines of their own: TCP.
    settings.put(
        "spark.executor.extraJavaOptions",
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dai.djl.offline=true -Djava.io.tmpdir=.");
    return new DriverProcess(cluster, "run", tiny, run, TWO_RANKS)
        .with(settings)
        .withEnvironment(environment(secret));
  }

  private static Map<String, String> secured() {
    return Map.of(
        "spark.authenticate", "true",
        "spark.network.crypto.enabled", "true",
        "spark.io.encryption.enabled", "true");
  }

  private Map<String, String> environment(String secret) {
    return Map.of(
        VARIABLE,
        secret,
        "JAVA_TOOL_OPTIONS",
        "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
  }

  private static String newSecret() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What a rank sends to another is encrypted by us: Spark has no part in it. */
  private void awaitSealedCollective(StandaloneCluster cluster, DriverProcess driver, String secret)
      throws Exception {
    while (cluster.executorsOf(0).isEmpty()) {
      requireAlive(driver);
      Thread.sleep(20);
    }
    try (RankThread rank = RankThread.in(cluster.executorsOf(0).get(0))) {
      while (rank.frames().stream().noneMatch(f -> f.getClassName().endsWith(".SealedWire"))) {
        requireAlive(driver);
        lookForSecretArguments(secret);
      }
    }
  }

  private static void requireAlive(DriverProcess driver) throws IOException {
    assertThat(driver.isAlive()).as(driver.printed()).isTrue();
  }

  private static void lookForSecretArguments(String secret) {
    List<String> found =
        ProcessHandle.allProcesses()
            .map(process -> Path.of("/proc/%d/cmdline".formatted(process.pid())))
            .filter(arguments -> contains(arguments, secret))
            .map(Path::toString)
            .toList();
    assertThat(found).as("processes with the secret among their arguments").isEmpty();
  }

  /** Folders of Unix-domain sockets in the executors' folders. */
  private List<String> socketFiles() {
    String pattern = "glob:**/work-?/app-*/*/espalier-comm-*";
    PathMatcher sockets = FileSystems.getDefault().getPathMatcher(pattern);
    try (Stream<Path> all = Files.walk(folder.resolve("cluster"), 4)) {
      return all.filter(sockets::matches).map(Path::toString).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // Something has gone meanwhile; it is looked at again.
    }
  }

  private List<Path> filesWith(String text) throws IOException {
    return files().stream().filter(file -> contains(file, text)).toList();
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    return files;
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false; // It is gone.
    }
  }
}
