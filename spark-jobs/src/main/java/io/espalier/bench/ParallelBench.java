package io.espalier.bench;

import io.espalier.config.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two cores are worth to one model: two tensor-parallel ranks beside one rank with two threads
 * and beside the same in PyTorch with Gloo, and two data-parallel ranks beside two trainings that
 * exchange nothing. Ranks are threads of one process, as Spark tasks of one executor are. All sides
 * take turns within one measurement; a ratio is the median of the rounds' ratios. Runs without
 * Spark and Hadoop on the class path.
 */
public final class ParallelBench {
  private final Settings settings;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private ParallelBench(Settings settings) {
    Rule.positive("rounds", settings.rounds);
    this.settings = settings;
  }

  /**
   * What to measure.
   *
   * @param tensor model and batch for tensor parallelism
   * @param data model and micro-batch for data parallelism
   * @param accumulation micro-batches of an update on each data-parallel rank
   * @param rounds turns of each side
   * @param python interpreter that can import torch, for the peer; empty = no peer
   * @param peerScript path of {@code benchmarks/peer_parallel.py}
   */
  public record Settings(
      TrainSize tensor,
      TrainSize data,
      int accumulation,
      int rounds,
      String python,
      Path peerScript) {}

  /** Runs and returns medians. */
  public static BenchResult measure(Settings settings) {
    return new ParallelBench(settings).measure();
  }

  private BenchResult measure() {
    figures.put("ranks", 2);
    figures.put("rounds", settings.rounds);
    if (settings.python.isEmpty()) {
      measureTensor(null);
    } else {
      try (PythonPeer peer = new PythonPeer(settings.python, settings.peerScript)) {
        measureTensor(peer);
      }
    }
    measureData();
    return new BenchResult("parallel", figures);
  }

  /** The first round warms up and isn't counted. */
  private void measureTensor(@Nullable PythonPeer peer) {
    TrainSize size = settings.tensor;
    List<Double> parallel = new ArrayList<>();
    List<Double> serial = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    try (RankThreads two = RankThreads.tensorParallel(size);
        RankThreads one = RankThreads.serial(size, 2)) {
      String version = peer == null ? "" : TrainBench.prepare(peer, size);
      for (int round = -1; round < settings.rounds; round++) {
        RankThreads.Time ofTwo = two.run(size.steps());
        RankThreads.Time ofOne = one.run(size.steps());
        double ofPeer = peer == null ? 0 : wallSeconds(peer, size.steps());
        if (round >= 0) {
          parallel.add(ofTwo.tokensPerSecond());
          serial.add(ofOne.tokensPerSecond());
          shares.add(ofTwo.communicationSeconds() / ofTwo.wallSeconds());
          if (peer != null) {
            peers.add((double) size.tokensPerStep() * size.steps() / ofPeer);
          }
        }
      }
      put("tensor_parallel_model", size.toString());
      put("tensor_parallel_tokens_per_second", Medians.of(parallel));
      put("tensor_parallel_communication_share", Medians.of(shares));
      put("serial_two_threads_tokens_per_second", Medians.of(serial));
      put("tensor_parallel_over_serial", Medians.ofRatios(parallel, serial));
      if (peer != null) {
        put("peer", "two processes with Gloo, PyTorch " + version);
        put("peer_tokens_per_second", Medians.of(peers));
        put("tensor_parallel_over_peer", Medians.ofRatios(parallel, peers));
      }
    }
  }

  private static double wallSeconds(PythonPeer peer, int steps) {
    return peer.ask(Map.of("steps", steps)).get("wall_seconds").asDouble();
  }

  private void measureData() {
    TrainSize size = settings.data;
    List<Double> parallel = new ArrayList<>();
    List<Double> apart = new ArrayList<>();
    try (RankThreads two = RankThreads.dataParallel(size, settings.accumulation);
        RankThreads independent = RankThreads.independent(size, settings.accumulation)) {
      for (int round = -1; round < settings.rounds; round++) {
        RankThreads.Time together = two.run(1);
        RankThreads.Time alone = independent.run(1);
        if (round >= 0) {
          parallel.add(together.tokensPerSecond());
          apart.add(alone.tokensPerSecond());
        }
      }
    }
    put("data_parallel_model", size + ", accumulation " + settings.accumulation);
    put("data_parallel_tokens_per_second", Medians.of(parallel));
    put("two_independent_tokens_per_second", Medians.of(apart));
    put("data_parallel_over_independent", Medians.ofRatios(parallel, apart));
  }

  private void put(String figure, String text) {
    figures.put(figure, text);
  }

  private void put(String figure, double value) {
    figures.put(figure, Timed.rounded(value));
  }
}
