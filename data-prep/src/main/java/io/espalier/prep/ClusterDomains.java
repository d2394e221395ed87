package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;

import io.espalier.cluster.ClusterModel;
import io.espalier.cluster.ClusterModels;
import io.espalier.cluster.ClusterQuality;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.DocumentColumns;
import io.espalier.domain.SourceDomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.table.HeldRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The domains that clusters decide: those of sources with {@code type: cluster}, and the parts of
 * domains that are too large. Fits what has to be fitted, and holds each document's answer, so that
 * it is asked for once.
 */
final class ClusterDomains {
  /** Parts of parts of parts; what is too large even then is one text again and again. */
  private static final int MOST_DIVISIONS = 5;

  /** Clusters that one division makes at most. */
  private static final int MOST_PARTS = 256;

  private final SparkSession spark;
  private final PreparationPlan plan;
  private final PreparationListener listener;
  private final HeldRows held;
  private final SortedMap<String, ClusterModel> models = new TreeMap<>();
  private Optional<ClusterQuality> quality = Optional.empty();

  ClusterDomains(
      SparkSession spark, PreparationPlan plan, PreparationListener listener, HeldRows held) {
    this.spark = spark;
    this.plan = plan;
    this.listener = listener;
    this.held = held;
    plan.givenClusters().ifPresent(given -> models.putAll(given.models()));
  }

  /** Adds the column {@code cluster}: the domain that clusters give, where a source asks them. */
  Dataset<Row> assign(Dataset<Row> rows) {
    List<Integer> origins = origins();
    if (origins.isEmpty()) {
      return rows.withColumn("cluster", lit(null).cast("string"));
    }
    Dataset<Row> mine =
        rows.where(kept().and(col("origin").isin(origins.toArray())))
            .withColumn("domain", lit(ClusterModels.ALL));
    if (!models.containsKey(ClusterModels.ALL)) {
      int clusters = clusters(plan.settings());
      ClusterSample sample = new ClusterSample(plan, clusters);
      try {
        models.put(
            ClusterModels.ALL, sample.fitter(mine, ClusterModels.ALL).fit("cluster", plan.seed()));
      } catch (ConfigException e) {
        throw new ConfigException(
            "%s.domain.%s".formatted(plan.sources().get(origins.get(0)).key(), e.getMessage()), e);
      }
    }
    return joined(rows, mine, Set.of(ClusterModels.ALL), "cluster");
  }

  /**
   * Divides the domains that are too large, each by clusters inside it; with a given model, those
   * that it divides.
   *
   * @param rows with domains
   */
  Dataset<Row> divide(Dataset<Row> rows) {
    Dataset<Row> divided = rows;
    Set<String> parts = known();
    for (int round = 0; round < MOST_DIVISIONS; round++) {
      Set<String> large = plan.givenClusters().isPresent() ? parts : fitted(divided);
      if (large.isEmpty()) {
        return divided;
      }
      Dataset<Row> mine = divided.where(trained().and(col("domain").isin(large.toArray())));
      divided =
          joined(divided, mine, large, "part")
              .withColumn("domain", coalesce(col("part"), col("domain")))
              .drop("part");
      parts = parts(large);
    }
    return divided;
  }

  /** Holds the domains against labels that are known, if that is asked for. */
  void compare(Dataset<Row> rows) {
    DocumentColumns columns = DomainStage.columns();
    Column label;
    switch (plan.settings().domains().clusters().compareWith()) {
      case SOURCE_FOLDER -> label = new SourceFolderDomainSharder().domain(columns);
      case SOURCE -> label = new SourceDomainSharder().domain(columns);
      default -> {
        return;
      }
    }
    SortedMap<String, SortedMap<String, Long>> counts = new TreeMap<>();
    for (Row row :
        rows.where(trained())
            .groupBy(col("domain"), coalesce(label, lit("")).as("label"))
            .agg(count(lit(1)))
            .collectAsList()) {
      counts
          .computeIfAbsent(row.getString(0), d -> new TreeMap<>())
          .put(row.getString(1), row.getLong(2));
    }
    ClusterQuality measured = ClusterQuality.of(counts);
    quality = Optional.of(measured);
    listener.message(
        "domains against %s: %s"
            .formatted(plan.settings().domains().clusters().compareWith(), measured));
  }

  /** Keeps models and quality in the run's folder, if there are any. */
  void write(RunPaths paths, String fingerprint) {
    if (!models.isEmpty() || quality.isPresent()) {
      new ClusterFiles(spark.sessionState().newHadoopConf(), paths, fingerprint)
          .write(new ClusterModels(fingerprint, models), quality);
    }
  }

  static int clusters(DataSettings settings) {
    return settings.training().stream()
        .map(SourceSettings::domain)
        .filter(ClusterDomainSharder.class::isInstance)
        .map(ClusterDomainSharder.class::cast)
        .findFirst()
        .orElseThrow()
        .clusters();
  }

  private List<Integer> origins() {
    List<Integer> origins = new ArrayList<>();
    for (int origin = 0; origin < plan.sources().size(); origin++) {
      if (plan.sources().get(origin).settings().domain() instanceof ClusterDomainSharder) {
        origins.add(origin);
      }
    }
    return origins;
  }

  private Set<String> known() {
    Set<String> divided = new HashSet<>(models.keySet());
    divided.remove(ClusterModels.ALL);
    return divided;
  }

  /** Those of the parts that are divided themselves. */
  private Set<String> parts(Set<String> divided) {
    Set<String> parts = known();
    parts.retainAll(
        divided.stream()
            .flatMap(domain -> Objects.requireNonNull(models.get(domain)).names().stream())
            .toList());
    return parts;
  }

  /** Fits a model inside each domain that is too large and not divided yet. */
  private Set<String> fitted(Dataset<Row> rows) {
    DomainSettings.Divide limit = plan.settings().domains().divide();
    Set<String> large = new HashSet<>();
    if (!limit.isOn()) {
      return large;
    }
    Map<String, long[]> sizes = sizes(rows);
    long all = sizes.values().stream().mapToLong(size -> size[0]).sum();
    long most = limit.limit(all);
    sizes.forEach(
        (domain, size) -> {
          int parts = (int) Math.min(Math.min((size[0] - 1) / most + 1, MOST_PARTS), size[1] / 4);
          if (size[0] > most && parts < 2) {
            listener.message(
                "%s stays whole with %,d bytes: %d documents can't be divided"
                    .formatted(domain, size[0], size[1]));
          } else if (size[0] > most) {
            Dataset<Row> mine = rows.where(trained().and(col("domain").equalTo(domain)));
            models.put(
                domain,
                new ClusterSample(plan, parts)
                    .fitter(mine, domain)
                    .fit(domain, plan.seed())
                    .withPlainNames(domain));
            listener.message(
                "%s has %,d bytes, more than %,d, and becomes %d domains"
                    .formatted(domain, size[0], most, parts));
            large.add(domain);
          }
        });
    return large;
  }

  /** Domain → bytes and documents. */
  private static SortedMap<String, long[]> sizes(Dataset<Row> rows) {
    SortedMap<String, long[]> sizes = new TreeMap<>();
    for (Row row :
        rows.where(trained())
            .groupBy("domain")
            .agg(sum(octet_length(col("text"))), count(lit(1)))
            .collectAsList()) {
      sizes.put(row.getString(0), new long[] {row.getLong(1), row.getLong(2)});
    }
    return sizes;
  }

  private Dataset<Row> joined(
      Dataset<Row> rows, Dataset<Row> mine, Set<String> dividing, String column) {
    SortedMap<String, ClusterModel> used = new TreeMap<>(models);
    used.keySet().retainAll(dividing);
    Dataset<Row> answers = held.hold(ClusterSample.assigned(spark, mine, used, column));
    return rows.join(answers, RecordKey.names(), "left");
  }

  private static Column kept() {
    return col("reason").equalTo("");
  }

  private static Column trained() {
    return kept().and(col("role").equalTo(Role.TRAINING.toString()));
  }
}
