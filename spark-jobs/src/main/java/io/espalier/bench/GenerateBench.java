package io.espalier.bench;

import io.espalier.config.Rule;
import io.espalier.model.Decoder;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.torch.Precision;
import io.espalier.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How fast one model writes text, token by token from kept keys and values, beside the same loop in
 * PyTorch if wanted. A prompt is read first, which isn't timed; then the most probable token comes
 * next, again and again. Both sides take turns within one measurement, and a ratio is the median of
 * the rounds' ratios.
 */
public final class GenerateBench {
  private static final int PROMPT_TOKENS = 32;
  private static final long SEED = 20;

  private final Settings settings;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private GenerateBench(Settings settings) {
    Rule.positive("rounds", settings.rounds);
    this.settings = settings;
  }

  /**
   * What to measure.
   *
   * @param rounds stretches per size
   * @param precision of our side; the peer computes in float32
   * @param threads per operator, of both sides
   * @param python interpreter that can import torch, for the peer; empty = no peer
   * @param peerScript path of {@code benchmarks/peer_generate.py}
   */
  public record Settings(
      List<GenerateSize> sizes,
      int rounds,
      Precision precision,
      int threads,
      String python,
      Path peerScript) {}

  /** Runs and returns medians; names of figures start with the size's name. */
  public static BenchResult measure(Settings settings) {
    return new GenerateBench(settings).measure();
  }

  private BenchResult measure() {
    figures.put("pytorch", TorchRuntime.start().version());
    figures.put("precision", settings.precision.toString());
    figures.put("threads", settings.threads);
    if (settings.python.isEmpty()) {
      settings.sizes.forEach(size -> measure(size, null));
    } else {
      try (PythonPeer peer = new PythonPeer(settings.python, settings.peerScript)) {
        settings.sizes.forEach(size -> measure(size, peer));
      }
    }
    return new BenchResult("generate", figures);
  }

  private void measure(GenerateSize size, @Nullable PythonPeer peer) {
    ModelOptions options = new ModelOptions(settings.precision, false, "cpu", settings.threads);
    List<Double> ours = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    try (LanguageModel model = size.model().build(options)) {
      model.initialize(SEED);
      tokensPerSecond(model, size);
      if (peer != null) {
        figures.put("peer_pytorch", peer.ask(size.peer(settings.threads)).get("torch").asText());
        tokensPerSecond(peer, size);
      }
      for (int round = 0; round < settings.rounds; round++) {
        ours.add(tokensPerSecond(model, size));
        if (peer != null) {
          peers.add(tokensPerSecond(peer, size));
        }
      }
    }
    put(size, "model", size.toString());
    put(size, "tokens_per_second", Timed.rounded(Medians.of(ours)));
    if (!peers.isEmpty()) {
      put(size, "peer_tokens_per_second", Timed.rounded(Medians.of(peers)));
      put(size, "speed_over_peer", Timed.rounded(Medians.ofRatios(ours, peers)));
    }
  }

  private static double tokensPerSecond(LanguageModel model, GenerateSize size) {
    try (Decoder decoder = model.decoder()) {
      long[] prompt = LongStream.range(0, PROMPT_TOKENS).toArray();
      float[] logits = decoder.read(prompt, false).nextLogits();
      long start = System.nanoTime();
      for (int i = 0; i < size.tokens(); i++) {
        logits = decoder.read(new long[] {mostProbable(logits)}, false).nextLogits();
      }
      return size.tokens() / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static int mostProbable(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private static double tokensPerSecond(PythonPeer peer, GenerateSize size) {
    Map<String, Integer> command = Map.of("prompt", PROMPT_TOKENS, "tokens", size.tokens());
    return size.tokens() / peer.ask(command).get("wall_seconds").asDouble();
  }

  private void put(GenerateSize size, String figure, Object value) {
    figures.put(size.name() + "_" + figure, value);
  }
}
