package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.LinearMerge;
import io.espalier.table.InterpolationRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Measures perplexity along the straight line between two checkpoints, and keeps it in the table
 * {@code interpolations}.
 */
final class InterpolateCheckpoints {
  private final Run run;
  private final RunModel model;

  InterpolateCheckpoints(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * The line between two checkpoints of the run; measured once.
   *
   * @param points both ends included
   */
  ConnectingLine between(String first, String second, int points) {
    if (points < 2) {
      throw new ConfigException(
          "points is %d but must be at least 2, the two ends; 11 would work".formatted(points));
    }
    if (first.equals(second)) {
      throw new ConfigException(
          "interpolate names %s twice but a line has two ends; expert/<domain> of another domain would work"
              .formatted(first));
    }
    ScoredModel from = scored(first);
    ScoredModel to = scored(second);
    Optional<ConnectingLine> known =
        recorded(run).stream()
            .filter(line -> line.first().equals(from) && line.second().equals(to))
            .filter(line -> shares(line).containsAll(shares(points)))
            .findFirst();
    if (known.isPresent()) {
      run.listener().stageSkipped("score", "complete: table interpolations");
      return known.get();
    }
    return measure(from, to, points);
  }

  private static List<Double> shares(int points) {
    return IntStream.range(0, points).mapToObj(point -> point / (points - 1.0)).toList();
  }

  private static List<Double> shares(ConnectingLine line) {
    return line.points().stream().map(ConnectingLine.Point::share).toList();
  }

  private ScoredModel scored(String name) {
    return new ScoredModel(name, RunCheckpoints.require(model, name).hash());
  }

  private ConnectingLine measure(ScoredModel from, ScoredModel to, int points) {
    List<MergeCandidates.Candidate> candidates = new ArrayList<>();
    List<Double> shares = shares(points);
    for (double share : shares) {
      List<CandidateTask.Member> members = new ArrayList<>();
      if (share < 1) {
        members.add(new CandidateTask.Member(from, 1 - share));
      }
      if (share > 0) {
        members.add(new CandidateTask.Member(to, share));
      }
      String name = String.format(Locale.ROOT, "line/%.3f", share);
      candidates.add(new MergeCandidates.Candidate(name, members, List.of(), new LinearMerge()));
    }
    String what = "%d points from %s to %s".formatted(points, from.checkpoint(), to.checkpoint());
    List<CandidateTask.Outcome> outcomes = new MergeCandidates(run, model).run(what, candidates);
    List<InterpolationRow> rows = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      rows.add(row(from, to, shares.get(point), outcomes.get(point)));
    }
    String transaction =
        "interpolate/%s/%s/%d/%d"
            .formatted(from.hash(), to.hash(), points, model.files().sequencesVersion());
    run.table(TableSchema.INTERPOLATIONS).append(rows, transaction);
    return line(rows);
  }

  private InterpolationRow row(
      ScoredModel from, ScoredModel to, double share, CandidateTask.Outcome outcome) {
    return new InterpolationRow(
        from.checkpoint(),
        from.hash(),
        to.checkpoint(),
        to.hash(),
        share,
        Result.VALIDATION_SPLIT,
        outcome.meanPerplexity(),
        outcome.tokens(),
        model.files().sequencesVersion());
  }

  /**
   * Every line that was measured on the current sequences; points of several measurements of a pair
   * are one line.
   */
  static List<ConnectingLine> recorded(Run run) {
    Table<InterpolationRow> table = run.table(TableSchema.INTERPOLATIONS);
    OptionalLong version = table.latestVersion();
    if (version.isEmpty()) {
      return List.of();
    }
    long sequences = run.sequencesVersion();
    Map<List<ScoredModel>, List<InterpolationRow>> byPair = new LinkedHashMap<>();
    table.collect(version.getAsLong()).stream()
        .filter(row -> row.sequencesVersion() == sequences)
        .sorted(
            Comparator.comparing(InterpolationRow::first)
                .thenComparing(InterpolationRow::second)
                .thenComparing(InterpolationRow::share))
        .forEach(row -> byPair.computeIfAbsent(ends(row), key -> new ArrayList<>()).add(row));
    return byPair.values().stream().map(InterpolateCheckpoints::line).toList();
  }

  private static List<ScoredModel> ends(InterpolationRow row) {
    return List.of(
        new ScoredModel(row.first(), row.firstHash()),
        new ScoredModel(row.second(), row.secondHash()));
  }

  private static ConnectingLine line(List<InterpolationRow> rows) {
    List<ScoredModel> ends = ends(rows.get(0));
    Map<Double, ConnectingLine.Point> points = new LinkedHashMap<>();
    rows.forEach(r -> points.put(r.share(), new ConnectingLine.Point(r.share(), r.perplexity())));
    return new ConnectingLine(ends.get(0), ends.get(1), List.copyOf(points.values()));
  }
}
