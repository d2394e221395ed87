package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.StockSpark.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application jar of {@code mvn -Pdist package}, submitted to a stock Spark distribution whose
 * executors are processes.
 */
@Tag("dist")
@Timeout(1800)
class StockSparkIT {
  private static final Path DIST = Path.of("target/dist").toAbsolutePath();
  private static final String NATIVE = "pytorch-native-cpu";

  @TempDir private static Path folder;
  private static StockSpark spark;
  private static TinyExperiment tiny;

  @BeforeAll
  static void findSpark() throws Exception {
    assertThat(DIST.resolve("espalier.jar")).as("mvn -Pdist package makes it").exists();
    spark = StockSpark.get();
    tiny = TinyExperiment.in(folder);
  }

  @Test
  void jarsThatAreSentRunTheWholeFlow() throws Exception {
    Ended ended = submit("sent", List.of("--jars", library(",", "")), "run");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("Perplexity on the test split");
    assertThat(folder.resolve("sent/report/index.html")).exists();
  }

  @Test
  void jarsThatLieOnTheHostsRunTheWholeFlow() throws Exception {
    String library = library(":", "");
    Ended ended =
        submit(
            "placed",
            List.of(
                "--driver-class-path",
                library,
                "--conf",
                "spark.executor.extraClassPath=" + library),
            "run");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(folder.resolve("placed/report/index.html")).exists();
  }

  @Test
  void classLoadersOfTheUsersOwnAreRefused() throws Exception {
    Ended ended =
        submit(
            "loaders",
            List.of("--jars", library(",", ""), "--conf", "spark.executor.userClassPathFirst=true"),
            "run");
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output())
        .contains("spark.executor.userClassPathFirst is true but must be false");
    assertThat(folder.resolve("loaders")).doesNotExist();
  }

  @Test
  void aMissingNativeLibraryIsOneSentence() throws Exception {
    Ended ended = submit("without", List.of("--jars", library(",", NATIVE)), "run");
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output()).containsPattern("espalier: .*" + NATIVE);
  }

  private static Ended submit(String run, List<String> options, String command) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--master", "local-cluster[2,1,1024]", "--driver-memory", "1g"));
    arguments.addAll(options);
    TinyExperiment.SPARK.forEach((key, value) -> arguments.addAll(conf(key, value)));
    arguments.addAll(List.of("--class", "io.espalier.cli.Espalier"));
    arguments.add(DIST.resolve("espalier.jar").toString());
    arguments.addAll(List.of(command, tiny.file().toString()));
    arguments.addAll(List.of("--output", folder.resolve(run).toString()));
    return spark.submit(arguments.toArray(String[]::new));
  }

  private static List<String> conf(String key, String value) {
    return List.of("--conf", key + "=" + value);
  }

  private static String library(String separator, String without) throws Exception {
    try (Stream<Path> jars = Files.list(DIST.resolve("lib"))) {
      return jars.map(Path::toString)
          .filter(jar -> without.isEmpty() || !jar.contains(without))
          .sorted()
          .collect(Collectors.joining(separator));
    }
  }
}
