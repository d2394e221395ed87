package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.TinyExperiment;
import io.espalier.storage.Fault;
import io.espalier.storage.FaultProxy;
import io.espalier.storage.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Experiment, text and run on S3, over a network that fails now and then: every command works, and
 * what is trained has the same bits as on a local folder.
 */
@Tag("faults")
@Timeout(1800)
class RunOnObjectStorageIT {
  private static final String BUCKET = "s3a://" + S3Server.BUCKET;
  private static final Pattern WEIGHTS =
      Pattern.compile(".*checkpoints/(.+)/step-\\d+/(attempt-[^/]+/)?model\\.safetensors");

  /** Of requests, what happens to one in fifty. */
  private static final List<Fault> FAULTS =
      List.of(Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.SLOW_DOWN, Fault.TRUNCATED);

  @TempDir private Path folder;
  private Map<String, String> settings = Map.of();
  private int commands;

  /** What a process printed, and how it ended. */
  private record Ended(int exitCode, String out) {}

  @Test
  void everyCommandWorksAndTheWeightsAreThoseOfALocalRun() throws Exception {
    try (S3Server server = S3Server.start(folder.resolve("server"));
        FaultProxy proxy = FaultProxy.before(server)) {
      settings = S3Server.settings(proxy.port());
      TinyExperiment tiny = TinyExperiment.in(folder);
      upload(server, tiny);
      List<String> copies = failNowAndThen(proxy);

      String run = BUCKET + "/run";
      Ended first = espalier("run", BUCKET + "/tiny.yaml", "--output", run);
      assertThat(first.exitCode()).as(first.out()).isZero();
      System.out.println("a run: " + proxy.traffic());
      assertThat(copies).as("nothing is renamed, which would be a copy").isEmpty();
      proxy.traffic().reset();
      Ended again = espalier("run", BUCKET + "/tiny.yaml", "--output", run);
      assertThat(again.exitCode()).as(again.out()).isZero();
      assertThat(again.out()).contains("· train-experts").doesNotContain("→ ");
      System.out.println("the same again: " + proxy.traffic());

      commandsThatLookWork(tiny, run);
      Ended merged = espalier("merge", BUCKET + "/tiny.yaml", "--output", run, "--name", "mine");
      assertThat(merged.exitCode()).as(merged.out()).isZero();
      Ended removed = espalier("forest", "remove", BUCKET + "/tiny.yaml", "poems", "--output", run);
      assertThat(removed.exitCode()).as(removed.out()).isZero();

      Ended local = espalier("run", tiny.file().toString(), "--output", folder + "/local");
      assertThat(local.exitCode()).as(local.out()).isZero();
      Map<String, String> expected = weights(folder.resolve("local"));
      assertThat(expected).hasSize(10);
      assertThat(weights(folder.resolve("server/objects"))).containsAllEntriesOf(expected);
    }
  }

  private void commandsThatLookWork(TinyExperiment tiny, String run) throws Exception {
    Ended inspected = espalier("inspect", run);
    assertThat(inspected.exitCode()).as(inspected.out()).isZero();
    assertThat(inspected.out()).contains("sequences", "experts/law", "merged/uniform");
    Ended audited = espalier("inspect", run + "/checkpoints/dense/step-00000006", "--audit");
    assertThat(audited.exitCode()).as(audited.out()).isZero();
    Ended traced = espalier("inspect", run, "--trace", "law/train/0");
    assertThat(traced.exitCode()).as(traced.out()).isZero();
    Ended generated = espalier("generate", tiny.file().toString(), "court shall", "--output", run);
    assertThat(generated.exitCode()).as(generated.out()).isZero();
    assertThat(generated.out()).contains("court shall");
  }

  /** Returns requests that copy objects, as they come. */
  private static List<String> failNowAndThen(FaultProxy proxy) {
    Random random = new Random(3);
    List<String> copies = Collections.synchronizedList(new ArrayList<>());
    proxy.follow(
        (number, request) -> {
          if (!request.header("x-amz-copy-source").isEmpty()) {
            copies.add(request.target());
          }
          synchronized (random) {
            return random.nextInt(50) == 0 ? FAULTS.get(random.nextInt(FAULTS.size())) : Fault.NONE;
          }
        });
    return copies;
  }

  private static void upload(S3Server server, TinyExperiment tiny) throws IOException {
    FileSystem files =
        FileSystem.get(URI.create(BUCKET), S3Server.configuration(server.settings()));
    files.copyFromLocalFile(path(tiny.text().toString()), path(BUCKET + "/text"));
    files.copyFromLocalFile(path(tiny.file().toString()), path(BUCKET + "/tiny.yaml"));
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(name);
  }

  /** A command as a process, with the file systems' settings where it takes them from. */
  private Ended espalier(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    boolean inspects = arguments[0].equals("inspect");
    if (!inspects && !arguments[0].equals("generate")) {
      all.addAll(List.of("--master", "local[2]"));
    }
    Map<String, String> properties = new TreeMap<>();
    settings.forEach((key, value) -> properties.put("spark.hadoop." + key, value));
    if (inspects) {
      properties.forEach((key, value) -> all.addAll(List.of("--conf", key + "=" + value)));
    } else {
      all.addAll(List.of("--set", "hadoop=" + hadoopSection()));
    }
    Path output = folder.resolve("command-%d.out".formatted(++commands));
    try (EspalierProcess process = EspalierProcess.start(output, properties, all)) {
      return new Ended(process.exitCode(), process.output());
    }
  }

  private String hadoopSection() {
    List<String> entries = new ArrayList<>();
    settings.forEach(
        (key, value) -> {
          String stated =
              key.endsWith("secret.key") ? "${env:" + EspalierProcess.SECRET + "}" : value;
          entries.add("'%s': '%s'".formatted(key, stated));
        });
    return "{" + String.join(", ", entries) + "}";
  }

  private static Map<String, String> weights(Path root) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        Matcher weights = WEIGHTS.matcher(file.toString());
        if (weights.matches()) {
          hashes.put(weights.group(1), sha256(file)); // A later step in an earlier one's place.
        }
      }
    }
    return hashes;
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
