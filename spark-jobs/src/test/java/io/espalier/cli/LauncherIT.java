package io.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.job.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/espalier} as a process of its own, on what this build has just packaged. */
@Timeout(120)
class LauncherIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path LAUNCHER = ROOT.resolve("bin/espalier");

  /** What the launcher itself calls. */
  private static final List<String> TOOLS =
      List.of("bash", "env", "readlink", "dirname", "sed", "head", "find", "tput");

  private static final List<String> PATH = List.of(System.getenv("PATH").split(":", -1));

  @TempDir private Path folder;

  @Test
  void printsTheVersionAndNothingElse() throws Exception {
    Ended ended = start(LAUNCHER, usual(), "--version");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).startsWith("espalier ");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void startsThroughALinkFromAnyFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("a link"), LAUNCHER);
    Ended ended = start(link, usual(), "doctor", "--json", "--output", folder.toString());
    Files.delete(link);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("\"findings\"", "OMP_WAIT_POLICY=PASSIVE");
  }

  @Test
  void memoryIsMeasuredOnTheCoreAlone() throws Exception {
    Ended ended = start(LAUNCHER, usual(), "bench", "memory", "--steps", "20", "--json");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("\"growth_megabytes\"");
  }

  @Test
  void aMistypedCommandIsTheUsersMistake() throws Exception {
    Ended ended = start(LAUNCHER, usual(), "doctr");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("unknown command doctr; did you mean doctor");
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws Exception {
    Ended ended = start(LAUNCHER, withoutJava(), "--version");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith(
            "espalier: Java 17 is needed and was not found. No other Java was found either.")
        .contains("apt install openjdk-17-jdk", "set JAVA_HOME");
  }

  @Test
  void anotherJavaIsNamedWithItsVersion() throws Exception {
    Path java = folder.resolve("jdk/bin/java");
    script(java, "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
    Map<String, String> environment = withoutJava();
    environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    Ended ended = start(LAUNCHER, environment, "--version");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains(java + " is Java 11.");
  }

  @Test
  void java17InAUsualPlaceIsFound() throws Exception {
    Map<String, String> environment = withoutJava();
    script(
        folder.resolve("my-jdk-17/bin/java"),
        "exec %s/bin/java \"$@\"".formatted(System.getProperty("java.home")));
    environment.put("ESPALIER_JDKS", "/nowhere:" + folder);
    assertThat(start(LAUNCHER, environment, "--version").exitCode()).isZero();
  }

  @Test
  void aStandaloneMasterThatIsNotThereIsNamedAtOnce() throws Exception {
    TinyExperiment tiny = TinyExperiment.in(folder);
    Ended ended =
        start(LAUNCHER, usual(), "run", tiny.file().toString(), "--master", "spark://localhost:1");
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err())
        .contains("--master is spark://localhost:1 but no master answers there: localhost:1");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "study",
        "prepare",
        "merge",
        "prove",
        "update",
        "forest add",
        "forest list"
      })
  void executorsThatAreProcessesNeedADistribution(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("x.yaml", "--master", "local-cluster[1,2,2048]"));
    Ended ended = start(LAUNCHER, usual(), words.toArray(String[]::new));
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("--master local-cluster[1,2,2048] needs a Spark 4.1");
  }

  @Test
  void aClustersSparkSubmitGetsTheJarsAndTheCommand() throws Exception {
    script(folder.resolve("bin/spark-submit"), "printf '%s\\n' \"$@\"");
    Map<String, String> environment = usual();
    environment.put("SPARK_HOME", folder.toString());
    Ended ended =
        start(LAUNCHER, environment, "run", "x.yaml", "--master=spark://h:1", "--conf", "a.b=c d");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out().lines())
        .containsSubsequence("--master", "spark://h:1", "--conf", "a.b=c d")
        .containsSubsequence("--class", "io.espalier.cli.Espalier")
        .endsWith("run", "x.yaml", "--master=spark://h:1", "--conf", "a.b=c d")
        .anyMatch(line -> line.contains("/data-prep-") && line.contains("/delta-spark_"));
  }

  @Test
  void whatIsNotBuiltCantStartWithoutMaven() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("clone/bin")).resolve("espalier");
    Files.copy(LAUNCHER, copy);
    Map<String, String> environment = withoutJava();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Ended refused = start(copy, environment, "--version");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("not built and ESPALIER_BUILD is never");

    environment.put("ESPALIER_BUILD", "auto");
    Ended withoutMaven = start(copy, environment, "--version");
    assertThat(withoutMaven.exitCode()).isEqualTo(2);
    assertThat(withoutMaven.err()).contains("Maven was not found: install Maven 3.8 or newer");
  }

  @Test
  void theScriptPassesShellcheck() throws Exception {
    boolean isInstalled =
        PATH.stream().anyMatch(bin -> Files.isExecutable(Path.of(bin, "shellcheck")));
    assumeTrue(isInstalled, "shellcheck is not installed");
    Process check =
        new ProcessBuilder("shellcheck", LAUNCHER.toString()).redirectErrorStream(true).start();
    String complaints = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).as(complaints).isZero();
  }

  private record Ended(int exitCode, String out, String err) {}

  private Ended start(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        builder
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Ended(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  /** The Java of this build, and no build within the build. */
  private static Map<String, String> usual() {
    return new HashMap<>(
        Map.of(
            "PATH", System.getenv("PATH"),
            "HOME", System.getProperty("user.home"),
            "JAVA_HOME", System.getProperty("java.home"),
            "ESPALIER_BUILD", "never"));
  }

  /** A machine with the launcher's tools, an empty home and no Java anywhere. */
  private Map<String, String> withoutJava() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      for (String bin : PATH) {
        Path there = Path.of(bin, tool);
        if (Files.isExecutable(there) && !Files.exists(tools.resolve(tool))) {
          script(tools.resolve(tool), "exec %s \"$@\"".formatted(there));
        }
      }
    }
    return new HashMap<>(
        Map.of(
            "PATH", tools.toString(),
            "HOME", folder.toString(),
            "ESPALIER_JDKS", folder.resolve("none").toString(),
            "ESPALIER_BUILD", "never"));
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }
}
