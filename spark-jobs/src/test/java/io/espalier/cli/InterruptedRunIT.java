package io.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed again and again, and interrupted once, ends with the same bits as one that
 * nothing happened to. KilledPreparationSparkTest kills the stage that isn't killed here.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(1200)
class InterruptedRunIT {
  private static final Path LAUNCHER =
      Path.of("..").toAbsolutePath().normalize().resolve("bin/espalier");

  /** Compiled once and thrown away: short runs are faster without the optimising compiler. */
  private static final String SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final Pattern WEIGHTS = Pattern.compile("(.+)/step-\\d+/model\\.safetensors");
  private static final int INTERRUPTED = 130;
  private static final int KILLED = 128 + 9;

  @TempDir private Path folder;

  /** What a started process printed, and how it ended. */
  private record Ended(int exitCode, String out, String err) {}

  @Test
  void killedAndInterruptedItEndsWithTheSameBits() throws Exception {
    TinyExperiment.in(folder);
    Path run = folder.resolve("run");
    // As users run it; the others may be faster.
    Process beside = start("undisturbed", Map.of());

    kill(out -> Files.exists(run.resolve("checkpoints/seed/step-00000002/manifest.json")));
    kill(out -> out.contains("→ train-experts"));
    interrupt(out -> out.contains("→ score"));
    kill(out -> out.contains("→ evaluate"));
    Ended last = ended(start("run", TinyExperiment.SPARK), "run");
    Ended undisturbed = ended(beside, "undisturbed");

    assertThat(last.exitCode()).as(last.err()).isZero();
    assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
    assertThat(last.out())
        .contains("· prepare ", "· train-seed ", "· train-experts ", "· train-dense ", "· score ")
        .contains("Report: run/report/index.html")
        .doesNotContain("\r");
    assertThat(weights("run")).hasSize(10).isEqualTo(weights("undisturbed"));
    assertThat(figures("run")).contains("ensemble/cached_prior").isEqualTo(figures("undisturbed"));
  }

  /** SIGKILL as soon as the moment has come: nothing is told, nothing is tidied. */
  private void kill(Moment moment) throws Exception {
    Process process = start("run", TinyExperiment.SPARK);
    await(process, moment);
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(KILLED);
  }

  /** SIGINT, as Ctrl-C sends it: the process ends soon and says how to go on. */
  private void interrupt(Moment moment) throws Exception {
    Process process = start("run", TinyExperiment.SPARK);
    await(process, moment);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    // Five seconds are promised; the rest is for a machine that has other work.
    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(INTERRUPTED);
    assertThat(Files.readString(folder.resolve("run.err")))
        .contains(
            "Interrupted. What is complete is kept in run; the same command goes on from there.")
        .doesNotContain("Exception");
  }

  /** Whether a process is where it is wanted, asked with what it has printed so far. */
  private interface Moment extends Predicate<String> {}

  private void await(Process process, Moment moment) throws Exception {
    while (!moment.test(Files.readString(folder.resolve("run.out")))) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("run.err"))).isTrue();
      Thread.sleep(5);
    }
  }

  private Ended ended(Process process, String output) throws Exception {
    int exitCode = process.waitFor();
    return new Ended(
        exitCode,
        Files.readString(folder.resolve(output + ".out")),
        Files.readString(folder.resolve(output + ".err")));
  }

  private Process start(String output, Map<String, String> settings) throws IOException {
    // Whoever starts the build in the background may ignore SIGINT, and its children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(List.of(LAUNCHER.toString(), "run", "tiny.yaml"));
    command.addAll(List.of("--master", "local[2]", "--output", output));
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("ESPALIER_BUILD", "never");
    builder.environment().put("JAVA_TOOL_OPTIONS", SHORT_RUN);
    return builder
        .directory(folder.toFile())
        .redirectOutput(folder.resolve(output + ".out").toFile())
        .redirectError(folder.resolve(output + ".err").toFile())
        .start();
  }

  /**
   * SHA-256 of the weights in the last checkpoint of each training and merge. Hidden folders, which
   * a kill leaves and a later run tidies up, are no checkpoints.
   */
  private Map<String, String> weights(String output) throws Exception {
    Path checkpoints = folder.resolve(output).resolve("checkpoints");
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(checkpoints)) {
      for (Path file : files.sorted().toList()) {
        Matcher weights = WEIGHTS.matcher(checkpoints.relativize(file).toString());
        if (weights.matches()) {
          hashes.put(weights.group(1), sha256(file)); // A later step in an earlier one's place.
        }
      }
    }
    return hashes;
  }

  /** The figures without the checkpoints' identities, which hold times and so differ. */
  private String figures(String output) throws IOException {
    String json = Files.readString(folder.resolve(output).resolve("report/results.json"), UTF_8);
    return json.replaceAll("\"checkpoint_hash\":\"[0-9a-f]*\"", "");
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
