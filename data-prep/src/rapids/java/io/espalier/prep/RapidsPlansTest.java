package io.espalier.prep;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nvidia.spark.rapids.ExplainPlan;
import io.espalier.config.RunPaths;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.DomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.table.HeldRows;
import io.espalier.table.LocalSpark;
import io.espalier.text.TextUnit;
import java.net.URL;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.MutableURLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Asks RAPIDS' own planner about every query of data preparation; needs no GPU. */
class RapidsPlansTest {
  /**
   * Operators that may stay on the CPU, with words of RAPIDS' reason; docs/data.md says why each
   * does.
   */
  private static final Map<String, String> ON_CPU =
      Map.ofEntries(
          // Rows that Java made of files and texts, and rows held between the rounds of a search.
          entry("RDDScanExec", "does not currently support the operator"),
          entry("MapElementsExec", "does not currently support the operator"),
          entry("MapPartitionsExec", "does not currently support the operator"),
          entry("DeserializeToObjectExec", "does not currently support the operator"),
          entry("SerializeFromObjectExec", "not all expressions can be replaced"),
          // What such rows were moved by before they reach a GPU.
          entry("ShuffleExchangeExec", "without columnar children"),
          // Records read before and now, with the bytes of those that can't be read.
          entry("UnionExec", "BinaryType [raw"),
          // A handful of rows from or for the driver.
          entry("CommandResultExec", "does not currently support the operator"),
          entry("LocalTableScanExec", "does not currently support the operator"),
          entry("CollectLimitExec", "can be slower on the GPU"));

  /** An operator or expression of a plan as RAPIDS explains it. */
  private static final Pattern LINE =
      Pattern.compile("^ *([*@!^#]?)\\w* ?<(\\w+)> (.*)$", Pattern.MULTILINE);

  /** Columns of Delta's own log, which it reads on the CPU before each query. */
  private static final Set<String> DELTA_LOG =
      Set.of("add", "commitInfo", "add_stats_to_use", "deletionVector");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("preparations")
  void everyQueryRunsOnGpusButForWhatIsListed(
      String what, List<String> operators, DataSettings settings) {
    RunPaths run = new RunPaths(folder.toUri().toString());
    String explained =
        explained(
            spark -> PrepareDocuments.run(spark, settings, run, 20, PreparationListener.SILENT));
    // What the stages are made of is among what was asked about.
    assertThat(explained).contains(operators);
    assertThat(refused(explained)).as("what falls back to the CPU and isn't listed").isEmpty();
  }

  static Stream<Arguments> preparations() {
    DataSettings base = settings(new SourceFolderDomainSharder(), DomainSettings.NONE);
    DataSettings compared =
        Corpus.settings(
            base,
            Deduplicate.EXACT,
            new NearDuplicateSettings(0.8, 5, NearDuplicateAction.REJECT),
            new RepeatedParagraphSettings(2, TextUnit.PARAGRAPH, 5),
            new DecontaminationSettings(
                13, DecontaminationAction.REJECT, List.of(), "text", 0, 20, 20));
    DomainSettings limited =
        new DomainSettings(
            new DomainSettings.Clusters(
                20, 2_000, 500, 4_096, "", DomainSettings.CompareWith.SOURCE_FOLDER),
            new DomainSettings.Divide(0, 0.3),
            new DomainSettings.Limits(200, 0, 1, Map.of()));
    return Stream.of(
        // Duplicates, ids, counts and splits.
        arguments("always", List.of("HashAggregateExec", "JoinExec"), base),
        arguments("documents compared", List.of("GenerateExec", "JoinExec"), compared),
        arguments(
            "domains found",
            List.of("WindowExec", "JoinExec"),
            settings(new ClusterDomainSharder(3), limited)));
  }

  private static DataSettings settings(DomainSharder sharder, DomainSettings domains) {
    DataSettings base =
        Corpus.settings(
            List.of(Corpus.source(Corpus.SAMPLES.resolve("train"), sharder)),
            List.of(Corpus.source(Corpus.SAMPLES.resolve("eval"))));
    return Corpus.withDomains(base, domains);
  }

  @Test
  void roundsOverMorePairsThanOneTaskTakesRunOnGpusButForWhatIsListed() {
    String explained =
        explained(
            spark -> {
              var pairs = RandomPairs.rows(RandomPairs.of(3));
              try (HeldRows held = new HeldRows()) {
                SimilarDocuments.lost(pairs, held, 0).collectAsList();
                Clusters.of(pairs, held, 0).collectAsList();
              }
            });
    assertThat(explained).contains("HashAggregateExec", "JoinExec");
    assertThat(refused(explained)).as("what falls back to the CPU and isn't listed").isEmpty();
  }

  private static String explained(Consumer<SparkSession> work) {
    var spark = (org.apache.spark.sql.classic.SparkSession) LocalSpark.session();
    spark.conf().set("spark.sql.adaptive.enabled", "true"); // as users have it
    spark
        .conf()
        .set("spark.rapids.sql.window.collectList.enabled", "true"); // as conf/rapids.conf has it
    Queries queries = new Queries(spark);
    ExperimentalMethods methods = spark.experimental();
    methods.extraOptimizations_$eq(rules(queries));
    work.accept(spark);
    methods.extraOptimizations_$eq(rules());
    return queries.explained();
  }

  private static Seq<Rule<LogicalPlan>> rules(Queries... rules) {
    return CollectionConverters.asScala(List.<Rule<LogicalPlan>>of(rules)).toSeq();
  }

  @Test
  void aFunctionInJavaIsNoticed() {
    SparkSession spark = LocalSpark.session();
    spark.udf().register("half", (UDF1<Long, Long>) value -> value / 2, DataTypes.LongType);
    LogicalPlan plan =
        ((Dataset<?>) spark.range(9).selectExpr("half(id)")).queryExecution().analyzed();
    assertThat(refused(explain(spark, plan))).containsKey("ProjectExec ScalaUDF");
  }

  /**
   * Operator or expression → why it can't run on a GPU. Expressions of an operator that is listed
   * are evaluated where it is.
   */
  private static SortedMap<String, Set<String>> refused(String explained) {
    SortedMap<String, Set<String>> refused = new TreeMap<>();
    boolean listed = false;
    String operator = "";
    Matcher line = LINE.matcher(explained);
    while (line.find()) {
      String name = line.group(2);
      String reason = line.group(3);
      boolean onCpu = line.group(1).equals("!") || line.group(1).equals("^");
      if (name.endsWith("Exec")) {
        operator = name;
        listed = onCpu && reason.contains(ON_CPU.getOrDefault(name, "\0"));
      }
      if (onCpu && !listed) {
        refused.computeIfAbsent(operator + " " + name, k -> new TreeSet<>()).add(reason);
      }
    }
    return refused;
  }

  private static String explain(SparkSession spark, LogicalPlan plan) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // RAPIDS finds its shims by a loader of this kind only.
    Thread.currentThread().setContextClassLoader(new MutableURLClassLoader(new URL[0], before));
    try {
      return ExplainPlan.explainPotentialGpuPlan(
          Dataset.ofRows((org.apache.spark.sql.classic.SparkSession) spark, plan), "ALL");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** Explains each query that is about to be run, also those within commands and held rows. */
  private static final class Queries extends Rule<LogicalPlan> {
    private final SparkSession spark;
    private final Set<LogicalPlan> seen = new HashSet<>();
    private final StringBuilder explained = new StringBuilder();
    private boolean explaining;

    Queries(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    public synchronized LogicalPlan apply(LogicalPlan plan) {
      if (!explaining && !readsDeltaLog(plan) && seen.add(plan.canonicalized())) {
        explaining = true;
        explained.append(explain(spark, plan)).append('\n');
        explaining = false;
      }
      return plan;
    }

    synchronized String explained() {
      return explained.toString();
    }

    private static boolean readsDeltaLog(LogicalPlan plan) {
      return CollectionConverters.asJava(plan.collectLeaves()).stream()
          .flatMap(leaf -> CollectionConverters.asJava(leaf.output()).stream())
          .anyMatch(column -> DELTA_LOG.contains(column.name()));
    }
  }
}
