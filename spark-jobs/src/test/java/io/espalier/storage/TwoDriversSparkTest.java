package io.espalier.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.table.ConditionalLogStore;
import io.espalier.table.DeltaSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two drivers, each a process, commit to the same tables on S3 as fast as they can. */
@Tag("long")
@Timeout(900)
class TwoDriversSparkTest {
  private static final String FOLDER = "s3a://%s/tables".formatted(S3Server.BUCKET);
  private static final Pattern COUNTS = Pattern.compile("appends=(\\d+) merges=(\\d+)");
  private static final String SECONDS = "45";

  @TempDir private Path folder;

  /** What a driver was told had succeeded. */
  private record Counts(long appends, long merges) {}

  @Test
  void noCommitIsLost() throws Exception {
    try (S3Server server = S3Server.start(folder);
        FaultProxy proxy = FaultProxy.before(server)) {
      Map<String, String> settings = S3Server.settings(proxy.port());
      SparkSession spark = session(settings);
      try {
        for (String table : List.of("appended", "merged")) {
          spark
              .sql("select 'nobody' as writer, 0 as number")
              .write()
              .format("delta")
              .save(FOLDER + "/" + table);
        }
        loseAnswersOfSomePuts(proxy);
        Process one = start("one", settings);
        Process two = start("two", settings);
        Counts first = counts(one);
        Counts second = counts(two);
        proxy.follow((number, request) -> Fault.NONE);
        System.out.printf("two drivers: %s and %s; %s%n", first, second, proxy.traffic());

        long appends = first.appends() + second.appends();
        long merges = first.merges() + second.merges();
        assertThat(first.appends()).isGreaterThan(3);
        assertThat(second.appends()).isGreaterThan(3);
        assertThat(rows(spark, "appended")).isEqualTo(1 + appends);
        assertThat(spark.read().format("delta").load(FOLDER + "/appended").distinct().count())
            .as("and none is there twice")
            .isEqualTo(1 + appends);
        assertThat(versions(spark, "appended")).isEqualTo(1 + appends);
        assertThat(rows(spark, "merged")).isEqualTo(1 + merges);
      } finally {
        spark.stop();
      }
    }
  }

  /** The store commits, the connection breaks, the client puts again and is refused by itself. */
  private static void loseAnswersOfSomePuts(FaultProxy proxy) {
    Random random = new Random(5);
    proxy.follow(
        (number, request) -> {
          boolean commit =
              request.method().equals("PUT") && request.target().contains("_delta_log/0");
          synchronized (random) {
            return commit && random.nextInt(5) == 0 ? Fault.RESET_AFTER : Fault.NONE;
          }
        });
  }

  private static long rows(SparkSession spark, String table) {
    return spark.read().format("delta").load(FOLDER + "/" + table).count();
  }

  private static long versions(SparkSession spark, String table) {
    return spark.sql("describe history delta.`%s/%s`".formatted(FOLDER, table)).count();
  }

  /** A new one: another test's, of the same process, would know neither store nor log. */
  private static SparkSession session(Map<String, String> settings) {
    SparkSession.getDefaultSession()
        .map(
            other -> {
              other.stop();
              return other;
            });
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false");
    DeltaSession.SETTINGS.forEach(builder::config);
    settings.forEach((key, value) -> builder.config("spark.hadoop." + key, value));
    return builder.getOrCreate();
  }

  private Process start(String name, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx700m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of(CommittingDriver.class.getName(), name, FOLDER, SECONDS));
    command.add(ConditionalLogStore.class.getName());
    settings.forEach((key, value) -> command.add(key + "=" + value));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectError(folder.resolve(name + ".err").toFile()).start();
  }

  private static Counts counts(Process driver) throws Exception {
    String out =
        new String(driver.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(driver.waitFor()).isZero();
    Matcher found = COUNTS.matcher(out);
    assertThat(found.find()).as(out).isTrue();
    return new Counts(Long.parseLong(found.group(1)), Long.parseLong(found.group(2)));
  }
}
