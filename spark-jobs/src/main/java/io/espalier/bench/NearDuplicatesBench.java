package io.espalier.bench;

import io.espalier.bench.PrepareProcess.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Near-duplicate removal and nothing else, from JSON lines to a table of what stays, beside
 * datatrove's MinHash pipeline from the same files to files. Both sides are whole processes, from
 * start to end, and take turns; the ratio is the median of the rounds'. What they find is held
 * against pairs that resemble each other on purpose.
 */
final class NearDuplicatesBench {
  static final String EXPERIMENT = "near-duplicates.yaml";

  /** Pairs that a side has to find. */
  private static final double JACCARD = 0.8;

  private final PreparedText prepared;
  private final Optional<MinhashPeer> peer;
  private final Map<String, Object> figures;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> peers = new ArrayList<>();

  /**
   * @param figures where it puts what it measures
   */
  NearDuplicatesBench(
      PreparedText prepared, Optional<MinhashPeer> peer, Map<String, Object> figures) {
    this.prepared = prepared;
    this.peer = peer;
    this.figures = figures;
  }

  /**
   * Measures.
   *
   * @param text what is in the folder
   * @param prefix of the figures' names
   * @return CPU-seconds of our side, the median of the rounds
   */
  double measure(RepeatedText text, int rounds, String prefix) throws IOException {
    Path folder = prepared.folder();
    for (int round = 0; round < rounds; round++) {
      try (BenchFolder run = BenchFolder.in(folder, "run", 0)) {
        ours.add(prepared.prepare(Goal.DOCUMENTS, EXPERIMENT, run.path()).cpuSeconds());
        Set<String> lost = Set.copyOf(Files.readAllLines(run.path().resolve(PrepareProcess.LOST)));
        put(prefix, text, lost::contains, lost.size());
      }
      if (peer.isPresent()) {
        try (BenchFolder run = BenchFolder.in(folder, "peer", 0)) {
          peers.add(peer.get().run(folder.resolve("training"), run.path()).cpuSeconds());
          Set<String> kept = MinhashPeer.kept(run.path());
          put(prefix + "peer_", text, id -> !kept.contains(id), text.documents() - kept.size());
        }
      }
    }
    double megabytes = Timed.megabytes(text.bytes());
    figures.put(prefix + "megabytes_per_cpu_second", Timed.rounded(megabytes / Medians.of(ours)));
    if (peer.isPresent()) {
      figures.put(
          prefix + "peer_megabytes_per_cpu_second", Timed.rounded(megabytes / Medians.of(peers)));
      figures.put(prefix + "times_peer", Timed.rounded(Medians.ofRatios(peers, ours)));
    }
    return Medians.of(ours);
  }

  private void put(String prefix, RepeatedText text, Predicate<String> lost, long removed) {
    List<RepeatedText.Pair> similar =
        text.planted().stream().filter(pair -> pair.jaccard() >= JACCARD).toList();
    long found =
        similar.stream().filter(p -> lost.test(p.first()) || lost.test(p.second())).count();
    figures.put(prefix + "documents_removed", removed);
    figures.put(prefix + "planted_pairs", similar.size());
    figures.put(
        prefix + "recall_percent", Timed.rounded(100.0 * found / Math.max(1, similar.size())));
  }
}
