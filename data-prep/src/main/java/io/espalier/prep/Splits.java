package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import io.espalier.config.ConfigException;
import io.espalier.domain.DomainName;
import io.espalier.table.HeldRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Divides the domains, and checks that what comes out can be trained and evaluated on. */
final class Splits {
  /** Each domain becomes an expert; more than this is a field that is no domain. */
  private static final int MOST_DOMAINS = 4096;

  private Splits() {}

  /** The plan under which every domain has its splits. */
  static DocumentSplits plan(Dataset<Row> decided, PreparationPlan plan, HeldRows held) {
    SplitPlan byHash = SplitPlan.byHash(plan.settings(), plan.seed());
    if (plan.settings().split().type() == SplitType.HASH) {
      Map<String, Role> incomplete = incomplete(decided, byHash, byHash);
      return incomplete.isEmpty() ? byHash : byHash.with(small(decided, byHash, incomplete));
    }
    OrderedSplits ordered = OrderedSplits.of(Preparation.kept(decided), byHash, held);
    Map<String, Role> incomplete = incomplete(decided, ordered, byHash);
    incomplete.forEach((domain, role) -> checkComplete(decided, domain, role, ordered));
    return incomplete.isEmpty()
        ? ordered
        : ordered.with(byHash.with(small(decided, byHash, incomplete)));
  }

  private static Map<String, Role> incomplete(
      Dataset<Row> decided, DocumentSplits splits, SplitPlan byHash) {
    List<DomainCounts> counts = Preparation.domains(Preparation.documents(decided, splits));
    checkDomains(counts, byHash.settings());
    return byHash.incomplete(counts);
  }

  /** What records say can't be bent so that a domain has all splits, as a hash can. */
  private static void checkComplete(
      Dataset<Row> decided, String domain, Role role, OrderedSplits splits) {
    if (role != Role.TRAINING) {
      return;
    }
    List<DomainCounts> counts =
        Preparation.domains(
            Preparation.documents(decided.where(col("domain").equalTo(domain)), splits));
    SplitSettings settings = splits.byHash().settings().split();
    for (String split : splits.byHash().required(role)) {
      if (counts.stream().noneMatch(count -> count.split().equals(split))) {
        throw new ConfigException(missing(domain, split, counts, settings));
      }
    }
  }

  private static String missing(
      String domain, String split, List<DomainCounts> counts, SplitSettings settings) {
    String there =
        counts.stream()
            .map(count -> "%,d %s".formatted(count.documents(), count.split()))
            .collect(Collectors.joining(", "));
    String remedy =
        settings.hasDates() || settings.type() == SplitType.GIVEN
            ? settings.hasDates() ? "other dates" : "documents that say so"
            : "more documents";
    String waiver = split.equals("train") ? "" : ", or %s_fraction: 0 for none,".formatted(split);
    return "data.split.type is %s and domain %s has %s documents but needs one for %s at least; %s%s would work"
        .formatted(settings.type(), domain, there, split, remedy, waiver);
  }

  static void checkDomains(List<DomainCounts> counts, DataSettings settings) {
    counts.forEach(Splits::checkName);
    Set<String> training = domains(counts, Role.TRAINING);
    if (training.isEmpty() && !settings.training().isEmpty()) {
      throw new ConfigException(
          "data.training has no document left after cleaning, filters and deduplication");
    }
    Set<String> both = domains(counts, Role.EVALUATION);
    both.retainAll(training);
    if (!both.isEmpty()) {
      throw new ConfigException(
          "data.evaluation has the domain %s, which data.training has too; a domain is either"
                  .formatted(String.join(", ", both))
              + " trained on or evaluated on");
    }
    if (training.size() > MOST_DOMAINS) {
      throw new ConfigException(
          "data.training has %d domains but can have %d at most; the first are %s"
              .formatted(
                  training.size(),
                  MOST_DOMAINS,
                  String.join(", ", training.stream().limit(5).toList())));
    }
  }

  /** A title or an address taken for a domain would otherwise fail as a folder, hours later. */
  private static void checkName(DomainCounts count) {
    String name = count.domain();
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > DomainName.MAXIMUM_BYTES) {
      throw new ConfigException(
          "data.%s has a domain whose name has %d bytes but must have %d at most, since folders are"
                  .formatted(count.role(), bytes, DomainName.MAXIMUM_BYTES)
              + " named after it: %s…".formatted(name.substring(0, 40)));
    }
  }

  private static Set<String> domains(List<DomainCounts> counts, Role role) {
    Set<String> domains = new TreeSet<>();
    counts.stream()
        .filter(count -> count.role().equals(role.toString()))
        .forEach(count -> domains.add(count.domain()));
    return domains;
  }

  /** The documents with the smallest hashes of these domains, three of each at most. */
  private static List<SplitPlan.SmallDomain> small(
      Dataset<Row> decided, SplitPlan splits, Map<String, Role> domains) {
    var byHash = Window.partitionBy("domain").orderBy(col("bucket"), col("id"));
    List<Row> rows =
        decided
            .where(col("reason").equalTo(""))
            .where(col("domain").isin(domains.keySet().toArray()))
            .select(col("domain"), splits.key().as("id"), splits.bucket().as("bucket"))
            .distinct()
            .withColumn("rank", row_number().over(byHash))
            .where(col("rank").leq(lit(3)))
            .orderBy("domain", "rank")
            .collectAsList();
    Map<String, List<String>> ids = new HashMap<>();
    for (Row row : rows) {
      ids.computeIfAbsent(row.getAs("domain"), d -> new ArrayList<>()).add(row.getAs("id"));
    }
    return domains.entrySet().stream()
        .map(
            e ->
                new SplitPlan.SmallDomain(
                    e.getKey(), e.getValue(), ids.getOrDefault(e.getKey(), List.of())))
        .toList();
  }
}
