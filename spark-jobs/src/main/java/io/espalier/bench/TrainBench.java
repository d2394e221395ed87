package io.espalier.bench;

import io.espalier.config.Rule;
import io.espalier.model.ModelOptions;
import io.espalier.torch.Precision;
import io.espalier.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a training step costs, beside the same model in plain PyTorch. Runs without Spark and Hadoop
 * on the class path.
 *
 * <p>CPU time, because other programs on the machine disturb it least; still, both sides run in
 * turns within one measurement, and a ratio is the median of the rounds' ratios.
 */
public final class TrainBench {
  private static final int WARM_UP_STEPS = 3;
  private static final double MILLISECONDS_PER_SECOND = 1e3;

  private final Settings settings;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private TrainBench(Settings settings) {
    Rule.positive("rounds", settings.rounds);
    this.settings = settings;
  }

  /**
   * What to measure.
   *
   * @param sizes models and batches, such as {@link TrainSize#ALL}
   * @param rounds stretches per size
   * @param precision of our side; the peer computes in float32
   * @param device {@code auto}, {@code cpu} or {@code cuda:<number>}
   * @param threads per operator; CPU time is compared at one
   * @param python interpreter that can import torch, for the peer; empty = no peer
   * @param peerScript path of {@code benchmarks/peer_train.py}
   */
  public record Settings(
      List<TrainSize> sizes,
      int rounds,
      Precision precision,
      String device,
      int threads,
      String python,
      Path peerScript) {}

  /** Runs and returns medians; names of figures start with the size's name. */
  public static BenchResult measure(Settings settings) {
    return new TrainBench(settings).measure();
  }

  private BenchResult measure() {
    figures.put("pytorch", TorchRuntime.start().version());
    figures.put("device", TorchRuntime.device(settings.device).toString());
    figures.put("precision", settings.precision.toString());
    figures.put("threads", settings.threads);
    if (settings.python.isEmpty()) {
      settings.sizes.forEach(size -> measure(size, null));
    } else {
      try (PythonPeer peer = new PythonPeer(settings.python, settings.peerScript)) {
        settings.sizes.forEach(size -> measure(size, peer));
      }
    }
    return new BenchResult("train", figures);
  }

  private void measure(TrainSize size, @Nullable PythonPeer peer) {
    ModelOptions options =
        new ModelOptions(settings.precision, false, settings.device, settings.threads);
    List<Double> cpu = new ArrayList<>();
    List<Double> wall = new ArrayList<>();
    List<Double> peerCpu = new ArrayList<>();
    try (TrainSteps steps = new TrainSteps(size, options)) {
      steps.run(WARM_UP_STEPS);
      if (peer != null) {
        figures.put("peer_pytorch", prepare(peer, size));
        peerCpuSeconds(peer, WARM_UP_STEPS);
      }
      for (int round = 0; round < settings.rounds; round++) {
        TrainSteps.Time time = steps.run(size.steps());
        cpu.add(time.cpuSeconds() / size.steps());
        wall.add(time.wallSeconds() / size.steps());
        if (peer != null) {
          peerCpu.add(peerCpuSeconds(peer, size.steps()) / size.steps());
        }
      }
    }
    report(size, cpu, wall, peerCpu);
  }

  /** Makes the peer's model of a size; returns the version of PyTorch. */
  static String prepare(PythonPeer peer, TrainSize size) {
    Map<String, Integer> sizes =
        Map.of(
            "layers", size.layers(),
            "hidden_size", size.hiddenSize(),
            "heads", size.heads(),
            "vocabulary_size", size.vocabularySize(),
            "tokens", size.tokens(),
            "sequences", size.sequences());
    return peer.ask(sizes).get("torch").asText();
  }

  /** CPU seconds of the peer's process for some steps. */
  private static double peerCpuSeconds(PythonPeer peer, int steps) {
    return peer.ask(Map.of("steps", steps)).get("cpu_seconds").asDouble();
  }

  private void report(TrainSize size, List<Double> cpu, List<Double> wall, List<Double> peerCpu) {
    put(size, "model", size.toString());
    put(size, "cpu_milliseconds_per_step", rounded(Medians.of(cpu) * MILLISECONDS_PER_SECOND));
    put(size, "tokens_per_core_second", rounded(size.tokensPerStep() / Medians.of(cpu)));
    put(size, "tokens_per_second", rounded(size.tokensPerStep() / Medians.of(wall)));
    if (!peerCpu.isEmpty()) {
      put(
          size,
          "peer_cpu_milliseconds_per_step",
          rounded(Medians.of(peerCpu) * MILLISECONDS_PER_SECOND));
      put(size, "cpu_time_over_peer", rounded(Medians.ofRatios(cpu, peerCpu)));
    }
  }

  private void put(TrainSize size, String figure, Object value) {
    figures.put(size.name() + "_" + figure, value);
  }

  private static double rounded(double value) {
    return Timed.rounded(value);
  }
}
