package io.espalier.bench;

import io.espalier.comm.TcpBackend;
import io.espalier.comm.UnixBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All-reduce of two ranks on this machine over each backend that needs no accelerator, beside
 * PyTorch's Gloo between two processes. All take turns within one measurement; a ratio is the
 * median of the rounds' ratios. Runs without Spark and Hadoop on the class path.
 */
public final class CommBench {
  private static final double BYTES_PER_MICROSECOND_IN_GIGABYTES_PER_SECOND = 1e3;

  private final Settings settings;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private CommBench(Settings settings) {
    this.settings = settings;
  }

  /**
   * A length of message.
   *
   * @param name in figures
   * @param bytes of float32
   * @param iterations in each round
   */
  public record Size(String name, int bytes, int iterations) {
    /** From what waits for the slowest message to what waits for the memory. */
    public static final List<Size> ALL =
        List.of(
            new Size("1kb", 1 << 10, 300),
            new Size("64kb", 64 << 10, 100),
            new Size("1mb", 1 << 20, 30),
            new Size("64mb", 64 << 20, 3));
  }

  /**
   * What to measure.
   *
   * @param sizes such as {@link Size#ALL}
   * @param rounds turns of each side
   * @param python interpreter that can import torch, for the peer; empty = no peer
   * @param peerScript path of {@code benchmarks/peer_comm.py}
   */
  public record Settings(List<Size> sizes, int rounds, String python, Path peerScript) {}

  /** Runs and returns medians; names of figures start with the size's name. */
  public static BenchResult measure(Settings settings) {
    return new CommBench(settings).measure();
  }

  private BenchResult measure() {
    figures.put("ranks", 2);
    try (CommPair inProcess = CommPair.inProcess();
        CommPair unix = CommPair.overSockets(new UnixBackend());
        CommPair tcp = CommPair.overSockets(new TcpBackend(TcpBackend.ANY_PORT))) {
      Map<String, CommPair> sides = new LinkedHashMap<>();
      sides.put("in_process", inProcess);
      sides.put("unix", unix);
      sides.put("tcp", tcp);
      if (settings.python.isEmpty()) {
        settings.sizes.forEach(size -> measure(size, sides, null));
      } else {
        try (PythonPeer peer = new PythonPeer(settings.python, settings.peerScript)) {
          figures.put("peer", "Gloo of PyTorch " + peer.answer().get("torch").asText());
          settings.sizes.forEach(size -> measure(size, sides, peer));
        }
      }
    }
    return new BenchResult("comm", figures);
  }

  /** The first round of each size warms up and isn't counted. */
  private void measure(Size size, Map<String, CommPair> sides, @Nullable PythonPeer peer) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -1; round < settings.rounds; round++) {
      Map<String, Double> turn = new LinkedHashMap<>();
      sides.forEach((name, pair) -> turn.put(name, pair.microseconds(size.bytes, size.iterations)));
      if (peer != null) {
        turn.put("gloo", microseconds(peer, size));
      }
      if (round >= 0) {
        turn.forEach((name, time) -> times.computeIfAbsent(name, n -> new ArrayList<>()).add(time));
      }
    }
    times.forEach((name, measured) -> report(size, name, measured, times.get("gloo")));
  }

  private static double microseconds(PythonPeer peer, Size size) {
    Map<String, Integer> command = Map.of("bytes", size.bytes, "iterations", size.iterations);
    return peer.ask(command).get("microseconds").asDouble();
  }

  private void report(
      Size size, String side, List<Double> times, @Nullable List<Double> peerTimes) {
    String prefix = size.name + "_" + side + "_";
    double median = median(times);
    figures.put(prefix + "microseconds", Timed.rounded(median));
    figures.put(
        prefix + "gigabytes_per_second",
        Timed.rounded(size.bytes / median / BYTES_PER_MICROSECOND_IN_GIGABYTES_PER_SECOND));
    if (peerTimes != null && times != peerTimes) {
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < times.size(); i++) {
        ratios.add(peerTimes.get(i) / times.get(i));
      }
      figures.put(prefix + "times_as_fast_as_gloo", Timed.rounded(median(ratios)));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
