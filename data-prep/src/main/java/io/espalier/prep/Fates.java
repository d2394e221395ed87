package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What became of the records, by source, stage and reason.
 *
 * @param groups one per combination that occurs
 */
record Fates(List<Group> groups) {
  /** Stages in the order in which they run. */
  static final List<String> STAGES =
      List.of(
          "ingest",
          "clean",
          "filter",
          SplitLabels.STAGE,
          ExactDuplicates.STAGE,
          NearDuplicates.STAGE,
          RepeatedParagraphs.STAGE,
          Decontaminate.STAGE,
          DomainStage.STAGE,
          DomainLimits.STAGE);

  /** What these refuse is sound, but there already or more than is wanted. */
  private static final Set<String> NO_LOSS =
      Set.of(
          ExactDuplicates.STAGE,
          NearDuplicates.STAGE,
          RepeatedParagraphs.STAGE,
          Decontaminate.STAGE,
          DomainLimits.STAGE);

  /**
   * Records of one source with one fate.
   *
   * @param stage where they were rejected; empty if they were kept
   * @param example file, record and detail of the first
   */
  record Group(int origin, String stage, String reason, long records, String example) {}

  /** Counts records that have gone through some stages or all of them. */
  static Fates of(Dataset<Row> rows) {
    List<Row> counts =
        rows.groupBy("origin", "stage", "reason")
            .agg(
                count(lit(1)).as("records"),
                min(struct(col("path"), col("record"), col("detail"))).as("first"))
            .collectAsList();
    return new Fates(counts.stream().map(Fates::group).toList());
  }

  long read() {
    return groups.stream().mapToLong(Group::records).sum();
  }

  long kept() {
    return groups.stream().filter(g -> g.stage().isEmpty()).mapToLong(Group::records).sum();
  }

  /** Each stage that runs under these settings with what it read, kept and rejected. */
  List<StageCounts> stages(DataSettings settings) {
    List<StageCounts> stages = new ArrayList<>();
    long left = read();
    for (String stage : STAGES) {
      SortedMap<String, Long> rejected = new TreeMap<>();
      for (Group group : groups) {
        if (group.stage().equals(stage)) {
          rejected.merge(group.reason(), group.records(), Long::sum);
        }
      }
      long kept = left - rejected.values().stream().mapToLong(Long::longValue).sum();
      if (runs(stage, settings) && !(stage.equals(DomainLimits.STAGE) && rejected.isEmpty())) {
        stages.add(new StageCounts(stage, left, kept, rejected));
      }
      left = kept;
    }
    return stages;
  }

  private static boolean runs(String stage, DataSettings settings) {
    return switch (stage) {
      case SplitLabels.STAGE -> settings.split().type() != SplitType.HASH;
      case ExactDuplicates.STAGE -> settings.deduplicate() == Deduplicate.EXACT;
      case NearDuplicates.STAGE -> settings.nearDuplicates().on();
      case RepeatedParagraphs.STAGE -> settings.repeatedParagraphs().on();
      case Decontaminate.STAGE -> settings.decontaminate().on();
      default -> true;
    };
  }

  /** Says which source lost too large a share, if one did; duplicates don't count. */
  Optional<String> tooManyRejected(PreparationPlan plan) {
    double maximum = plan.settings().maximumRejectedFraction();
    for (int origin = 0; origin < plan.sources().size(); origin++) {
      double fraction = rejectedFraction(origin);
      if (fraction > maximum) {
        SourcePlan source = plan.sources().get(origin);
        return Optional.of(
            "data.maximum_rejected_fraction is %s but %.3f of the records of %s (%s) were rejected: %s"
                .formatted(
                    maximum, fraction, source.key(), source.settings().path(), reasons(origin)));
      }
    }
    return Optional.empty();
  }

  /** Says what became of the training records, if none of them is left. */
  Optional<String> nothingLeft(PreparationPlan plan) {
    List<Group> training =
        groups.stream()
            .filter(g -> plan.sources().get(g.origin()).role() == Role.TRAINING)
            .toList();
    if (training.isEmpty() || training.stream().anyMatch(g -> g.stage().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        "data.training has no document left of %,d records: %s"
            .formatted(
                training.stream().mapToLong(Group::records).sum(), reasons(training.stream())));
  }

  double rejectedFraction(int origin) {
    List<Group> mine = groups.stream().filter(g -> g.origin() == origin).toList();
    long read = mine.stream().mapToLong(Group::records).sum();
    long rejected = mine.stream().filter(Fates::isLoss).mapToLong(Group::records).sum();
    return read == 0 ? 0 : (double) rejected / read;
  }

  private String reasons(int origin) {
    return reasons(groups.stream().filter(g -> g.origin() == origin && isLoss(g)));
  }

  private static String reasons(Stream<Group> groups) {
    return groups
        .sorted(Comparator.comparing(Group::records).reversed().thenComparing(Group::reason))
        .limit(3)
        .map(g -> "%,d %s (first: %s)".formatted(g.records(), g.reason(), g.example()))
        .collect(Collectors.joining(", "));
  }

  private static boolean isLoss(Group group) {
    return !group.stage().isEmpty() && !NO_LOSS.contains(group.stage());
  }

  private static Group group(Row row) {
    Row first = row.getStruct(row.fieldIndex("first"));
    long record = first.getLong(1);
    String where = record == 0 ? first.getString(0) : first.getString(0) + " record " + record;
    return new Group(
        row.getAs("origin"),
        row.getAs("stage"),
        row.getAs("reason"),
        row.getAs("records"),
        "%s: %s".formatted(where, first.getString(2)));
  }
}
