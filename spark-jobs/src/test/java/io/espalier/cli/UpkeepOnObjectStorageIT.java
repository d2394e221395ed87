package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.Fence;
import io.espalier.checkpoint.Lease;
import io.espalier.job.TinyExperiment;
import io.espalier.storage.S3Server;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** fsck, gc and status of a run that lies on S3. */
@Tag("faults")
@Timeout(900)
class UpkeepOnObjectStorageIT {
  private static final String RUN = "s3a://" + S3Server.BUCKET + "/run";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private Map<String, String> settings = Map.of();

  @Test
  void aRunOnS3IsCheckedCollectedAndItsDamageFound() throws Exception {
    try (S3Server server = S3Server.start(folder.resolve("server"))) {
      settings = server.settings();
      run();
      FileSystem files = FileSystem.get(URI.create(RUN), S3Server.configuration(settings));
      assertThat(execute("fsck", RUN)).as("%s", out).isZero();
      assertThat(said())
          .containsPattern("run: \\d\\d checkpoints, 10 tables, .* is what was written");
      assertThat(execute("status", RUN)).as("%s", out).isZero();
      assertThat(said()).contains("expert/law");

      int before = list(files).size();
      holdingTheLease(() -> assertThat(execute("gc", RUN, "--delete")).isEqualTo(2));
      assertThat(said()).contains("is being written by the test");
      assertThat(execute("gc", RUN, "--untouched-minutes", "0", "--delete")).as("%s", out).isZero();
      assertThat(said()).contains("checkpoints/dense/step-00000005", "were freed");
      assertThat(list(files)).hasSizeLessThan(before);
      assertThat(execute("fsck", RUN)).as("what nothing needs: %s", out).isZero();

      String weights = only(files, ".*/checkpoints/experts/law/.*/model\\.safetensors");
      String rows = only(files, ".*/tables/results/part-.*\\.parquet");
      for (String path : List.of(weights, rows)) {
        flipABit(files, path);
      }
      assertThat(execute("fsck", RUN)).isEqualTo(1);
      assertThat(said()).contains(relative(weights), relative(rows));
    }
  }

  private void run() throws Exception {
    TinyExperiment tiny = TinyExperiment.in(folder);
    List<String> arguments = new ArrayList<>(List.of("run", tiny.file().toString()));
    arguments.addAll(List.of("--output", RUN, "--master", "local[2]"));
    arguments.addAll(List.of("--set", "hadoop=" + hadoopSection()));
    Map<String, String> properties = new TreeMap<>(TinyExperiment.SPARK);
    Path output = folder.resolve("run.out");
    try (EspalierProcess process = EspalierProcess.start(output, properties, arguments)) {
      assertThat(process.exitCode()).as(process.output()).isZero();
    }
  }

  private String hadoopSection() {
    String secret = "${env:" + EspalierProcess.SECRET + "}";
    return settings.entrySet().stream()
        .map(s -> "'%s': '%s'".formatted(s.getKey(), isSecret(s.getKey()) ? secret : s.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static boolean isSecret(String key) {
    return key.endsWith("secret.key");
  }

  private void holdingTheLease(Runnable body) {
    Lease.Request request =
        new Lease.Request("The run", "the test", Duration.ofSeconds(4), line -> {}, lost -> {});
    Configuration configuration = S3Server.configuration(settings);
    try (Lease lease = Lease.take(configuration, RUN + "/leases/run", request)) {
      Fence fence = lease.fence();
      body.run();
      fence.check(configuration); // It wasn't taken over.
    }
  }

  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    settings.forEach(
        (key, value) -> all.addAll(List.of("--conf", "spark.hadoop." + key + "=" + value)));
    PrintWriter writer = new PrintWriter(out, true);
    return Espalier.execute(writer, writer, all.toArray(String[]::new));
  }

  /** Since it was last asked. */
  private String said() {
    String said = out.toString();
    out.getBuffer().setLength(0);
    return said;
  }

  private static String only(FileSystem files, String pattern) throws IOException {
    List<String> found = list(files).stream().filter(path -> path.matches(pattern)).toList();
    assertThat(found).as(pattern).isNotEmpty();
    return found.get(found.size() - 1);
  }

  private static String relative(String path) {
    return path.substring(path.indexOf("/run/") + "/run/".length());
  }

  private static List<String> list(FileSystem files) throws IOException {
    List<String> paths = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(path(RUN), true);
    while (all.hasNext()) {
      paths.add(all.next().getPath().toString());
    }
    return paths.stream().sorted().toList();
  }

  private static void flipABit(FileSystem files, String name) throws IOException {
    byte[] bytes;
    try (var in = files.open(path(name))) {
      bytes = in.readAllBytes();
    }
    bytes[bytes.length / 2] ^= 1;
    try (OutputStream changed = files.create(path(name), true)) {
      changed.write(bytes);
    }
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(name);
  }
}
