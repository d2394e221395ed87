package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.LinearMerge;
import io.espalier.merge.MergeMethod;
import io.espalier.merge.MergePlan;
import io.espalier.merge.StreamingMerger;
import io.espalier.merge.WeightedExpert;
import io.espalier.model.ModelOptions;
import io.espalier.table.ScoreRow;
import io.espalier.train.ResourceClock;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A merge that is made to be tried: the task merges into a folder of its own host, scores, and
 * deletes it, so that no candidate is ever part of the run.
 *
 * @param scoring what is asked of it; its model's name is the candidate's
 * @param members what is merged
 * @param base the checkpoint that the members were branched from; none or one
 */
record CandidateTask(ScoreTask scoring, List<Member> members, List<Member> base, MergeMethod method)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  CandidateTask {
    members = List.copyOf(members);
    base = List.copyOf(base);
  }

  /** A checkpoint of the run and its share. */
  record Member(ScoredModel model, double weight) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What came out.
   *
   * @param perplexities by domain
   * @param tokens how many were predicted
   */
  record Outcome(
      String candidate, Map<String, Double> perplexities, long tokens, ScoreTask.Cost cost)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The mean over the domains, each counting the same. */
    double meanPerplexity() {
      return perplexities.values().stream().mapToDouble(p -> p).average().orElseThrow();
    }
  }

  /** Merges and scores. */
  Outcome run() {
    String device = TaskDevice.of(scoring.device());
    ModelOptions options = new ModelOptions(scoring.precision(), false, device, scoring.threads());
    ResourceClock clock = ResourceClock.start(options);
    List<ScoreRow> rows = rows(options);
    String candidate = scoring.model().checkpoint();
    ScoreTask.Cost cost =
        new ScoreTask.Cost(candidate, device, clock.deviceSeconds(), clock.cpuSeconds());
    return new Outcome(candidate, RowPerplexities.byDomain(rows), scoring.tokens(), cost);
  }

  private List<ScoreRow> rows(ModelOptions options) {
    List<WeightedExpert> experts = members.stream().map(this::open).toList();
    if (experts.size() == 1 && method instanceof LinearMerge) {
      return scoring.rows(options, experts.get(0).checkpoint());
    }
    Path folder = newFolder();
    try (CheckpointWriter into = CheckpointFolder.local(folder).begin(0)) {
      Checkpoint merged =
          StreamingMerger.merge(
              new MergePlan(experts, base.stream().findFirst().map(this::open), method),
              into,
              scoring.files().provenance("try " + scoring.model().checkpoint(), "cpu"),
              scoring.threads());
      return scoring.rows(options, merged);
    } finally {
      delete(folder);
    }
  }

  private WeightedExpert open(Member member) {
    ScoredModel model = member.model();
    Checkpoint checkpoint = scoring.files().checkpoint(model);
    return new WeightedExpert(model.checkpoint(), checkpoint, member.weight());
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("espalier-candidate-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : new ArrayList<>(below.sorted(Comparator.reverseOrder()).toList())) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
