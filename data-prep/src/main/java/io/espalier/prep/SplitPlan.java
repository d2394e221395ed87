package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which split a document belongs to: a hash of seed and id against the fractions (of the smallest
 * id of those that are nearly the same, where these are kept together). It depends on nothing else,
 * so a document keeps its split when others come or go.
 *
 * <p>A small domain may get no document at all into a split that way. There, the document with the
 * smallest hash is validation, the next one test, and the rest goes to training (in an evaluation
 * domain: to test).
 *
 * @param small the documents with the smallest hashes of the domains that are divided so
 */
record SplitPlan(DataSettings settings, long seed, List<SmallDomain> small)
    implements DocumentSplits {
  /** Fractions are exact to a billionth. */
  private static final long BUCKETS = 1_000_000_000L;

  /** Column of what documents have in common that are nearly the same and kept together. */
  static final String KEY = "split_key";

  /**
   * A domain that hashing leaves without one of its splits.
   *
   * @param ids keys of its documents in the order of their hashes; the first three are enough
   */
  record SmallDomain(String domain, Role role, List<String> ids) {}

  /** Splits by hash alone. */
  static SplitPlan byHash(DataSettings settings, long seed) {
    return new SplitPlan(settings, seed, List.of());
  }

  /** The same, but with these domains divided by rank. */
  SplitPlan with(List<SmallDomain> domains) {
    domains.forEach(this::checkLargeEnough);
    return new SplitPlan(settings, seed, List.copyOf(domains));
  }

  @Override
  public Dataset<Row> assign(Dataset<Row> documents) {
    return documents.withColumn("split", column());
  }

  /** What documents that must share a split have in common: the id, or {@link #KEY}. */
  Column key() {
    return col(settings.nearDuplicates().keepsTogether() ? KEY : "id");
  }

  /** Pseudo-random number of a document in {@code [0, BUCKETS)}, from its key. */
  Column bucket() {
    return pmod(xxhash64(lit(seed), key()), lit(BUCKETS));
  }

  /** The split, from the columns id, role and domain. */
  Column column() {
    Column split = when(isTraining(), trainingSplit()).otherwise(evaluationSplit());
    for (SmallDomain domain : small) {
      split = when(col("domain").equalTo(domain.domain()), byRank(domain)).otherwise(split);
    }
    return split;
  }

  /**
   * Which documents are for training as far as that can be told without their domains; by shares of
   * domains it can't.
   */
  Column mayTrain() {
    boolean byHash = settings.split().type() == SplitType.HASH;
    return (byHash ? column() : OrderedSplits.byOrder(settings.split())).equalTo("train");
  }

  /** The splits that every domain of a role must have. */
  List<String> required(Role role) {
    List<String> required = new ArrayList<>();
    if (validationFraction(role) > 0) {
      required.add("validation");
    }
    if (testFraction(role) > 0) {
      required.add("test");
    }
    if (role == Role.TRAINING) {
      required.add("train");
    }
    return required;
  }

  /** Domains that have documents but none in one of their required splits. */
  Map<String, Role> incomplete(List<DomainCounts> counts) {
    Map<String, List<String>> splits = new TreeMap<>();
    Map<String, Role> roles = new TreeMap<>();
    for (DomainCounts count : counts) {
      splits.computeIfAbsent(count.domain(), d -> new ArrayList<>()).add(count.split());
      roles.put(
          count.domain(),
          count.role().equals(Role.TRAINING.toString()) ? Role.TRAINING : Role.EVALUATION);
    }
    roles
        .entrySet()
        .removeIf(
            e -> splits.getOrDefault(e.getKey(), List.of()).containsAll(required(e.getValue())));
    return roles;
  }

  private Column trainingSplit() {
    long validation = buckets(settings.split().validationFraction());
    long test = buckets(settings.split().testFraction());
    return when(bucket().lt(validation), "validation")
        .when(bucket().lt(validation + test), "test")
        .otherwise("train");
  }

  private Column evaluationSplit() {
    long validation = buckets(settings.evaluationSplit().validationFraction());
    return when(bucket().lt(validation), "validation").otherwise("test");
  }

  private Column byRank(SmallDomain domain) {
    List<String> splits = required(domain.role());
    splits.remove("train");
    String rest = domain.role() == Role.TRAINING ? "train" : "test";
    Column split = lit(rest);
    for (int rank = 0; rank < splits.size(); rank++) {
      split = when(key().equalTo(domain.ids().get(rank)), splits.get(rank)).otherwise(split);
    }
    return split;
  }

  private void checkLargeEnough(SmallDomain domain) {
    int needed = required(domain.role()).size();
    if (domain.ids().size() < needed) {
      throw new ConfigException(
          "data.%s: domain %s has %d document%s but needs at least %d, one for each of %s; more text,"
                  .formatted(
                      domain.role(),
                      domain.domain(),
                      domain.ids().size(),
                      domain.ids().size() == 1 ? "" : "s",
                      needed,
                      String.join(", ", required(domain.role())))
              + " or a fraction of 0 in data.split, would work");
    }
  }

  private double validationFraction(Role role) {
    return role == Role.TRAINING
        ? settings.split().validationFraction()
        : settings.evaluationSplit().validationFraction();
  }

  private double testFraction(Role role) {
    return role == Role.TRAINING
        ? settings.split().testFraction()
        : 1 - settings.evaluationSplit().validationFraction();
  }

  private static Column isTraining() {
    return col("role").equalTo(Role.TRAINING.toString());
  }

  private static long buckets(double fraction) {
    return Math.round(fraction * BUCKETS);
  }
}
