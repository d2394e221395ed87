package io.espalier.bench;

import io.espalier.bench.PrepareProcess.Goal;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Data preparation from raw text: near-duplicate removal by itself, beside a peer if wanted; the
 * whole pipeline to packed sequences, with every filter; and either on more text than fits into
 * memory.
 *
 * <p>Each preparation is a process of its own, with Java's default compilers and collector, from
 * its start to its end: CPU-seconds are those of all its threads, the compiler's and the
 * collector's too. Starting Spark and compiling cost the same whether there is much text or little,
 * so speeds are those of the sizes asked for, and what more text costs is the difference between
 * the largest size and the smallest.
 */
public final class PrepareBench {
  private static final String PIPELINE = "pipeline.yaml";

  private final Settings settings;
  private final List<String> texts;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private PrepareBench(Settings settings, List<String> texts) {
    Rule.positive("rounds", settings.rounds);
    Rule.positive("cores", settings.cores);
    settings.repeats.forEach(times -> Rule.positive("repeat", times));
    this.settings = settings;
    this.texts = texts;
  }

  /** What is measured. */
  public enum Part {
    /** Near-duplicate removal alone. */
    NEAR_DUPLICATES,
    /** Raw text to packed sequences. */
    PIPELINE
  }

  /**
   * What to measure.
   *
   * @param text JSON lines with a field text, and plain text files, gzip or not
   * @param parts in their order
   * @param repeats how many times the text, one measurement each, as {@link RepeatedText} has it
   * @param documents instead of repeats: so many; 0 = by repeats
   * @param fileBytes instead of both: one file of so many bytes of text; 0 = by repeats
   * @param rounds preparations of each size
   * @param cores of each preparation
   * @param memory Java's heap of each, such as 2g
   * @param folder where text and tables are made and deleted
   * @param python interpreter that can import datatrove, for near duplicates; empty = no peer
   * @param peerScript path of {@code benchmarks/peer_minhash.py}
   */
  public record Settings(
      Path text,
      List<Part> parts,
      List<Integer> repeats,
      long documents,
      long fileBytes,
      int rounds,
      int cores,
      String memory,
      Path folder,
      String python,
      Path peerScript) {}

  /**
   * Writes text, prepares it, and deletes both.
   *
   * @throws ConfigException if a setting can't be carried out or a process fails
   */
  public static BenchResult measure(Settings settings) {
    try {
      return new PrepareBench(settings, TextFolder.read(settings.text)).measure();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BenchResult measure() throws IOException {
    figures.put("cores", settings.cores);
    figures.put("heap", settings.memory);
    figures.put("rounds", settings.rounds);
    for (Part part : settings.parts) {
      if (settings.documents > 0 || settings.fileBytes > 0) {
        large(part);
      } else {
        repeated(part);
      }
    }
    return new BenchResult("prepare", figures);
  }

  /** One file of so many documents or bytes. */
  private void large(Part part) throws IOException {
    try (BenchFolder folder = BenchFolder.in(settings.folder, "prepare", 4 * settings.fileBytes)) {
      RepeatedText text =
          new RepeatedText(texts, folder.path())
              .until(
                  (documents, bytes) ->
                      settings.fileBytes > 0
                          ? bytes >= settings.fileBytes
                          : documents >= settings.documents);
      measure(part, text, folder.path(), name(part) + "large_");
    }
  }

  private void repeated(Part part) throws IOException {
    List<Double> megabytes = new ArrayList<>();
    List<Double> cpuSeconds = new ArrayList<>();
    for (int times : settings.repeats) {
      try (BenchFolder folder = BenchFolder.in(settings.folder, "prepare", 0)) {
        RepeatedText text = new RepeatedText(texts, folder.path()).times(times);
        megabytes.add(Timed.megabytes(text.bytes()));
        cpuSeconds.add(measure(part, text, folder.path(), name(part) + "x%d_".formatted(times)));
      }
    }
    int last = megabytes.size() - 1;
    if (last > 0) {
      double more = megabytes.get(last) - megabytes.get(0);
      figures.put(
          name(part) + "more_text_megabytes_per_cpu_second",
          Timed.rounded(more / (cpuSeconds.get(last) - cpuSeconds.get(0))));
    }
  }

  private double measure(Part part, RepeatedText text, Path folder, String prefix)
      throws IOException {
    figures.put(prefix + "documents", text.documents());
    figures.put(prefix + "megabytes", Timed.rounded(Timed.megabytes(text.bytes())));
    PreparedText prepared = new PreparedText(folder, settings.cores, settings.memory);
    return part == Part.PIPELINE
        ? pipeline(prepared, text, prefix)
        : new NearDuplicatesBench(prepared, peer(), figures).measure(text, settings.rounds, prefix);
  }

  private Optional<MinhashPeer> peer() {
    return settings.python.isEmpty()
        ? Optional.empty()
        : Optional.of(new MinhashPeer(settings.python, settings.peerScript));
  }

  private double pipeline(PreparedText prepared, RepeatedText text, String prefix)
      throws IOException {
    List<Double> wallSeconds = new ArrayList<>();
    List<Double> cpuSeconds = new ArrayList<>();
    for (int round = 0; round < settings.rounds; round++) {
      try (BenchFolder run = BenchFolder.in(prepared.folder(), "run", 0)) {
        MeasuredProcess process = prepared.prepare(Goal.SEQUENCES, PIPELINE, run.path());
        wallSeconds.add(process.wallSeconds());
        cpuSeconds.add(process.cpuSeconds());
        process.figures().forEach((name, value) -> figures.put(prefix + name, Math.round(value)));
      }
    }
    double megabytes = Timed.megabytes(text.bytes());
    double cores = settings.cores * Medians.of(wallSeconds);
    figures.put(prefix + "wall_seconds", Timed.rounded(Medians.of(wallSeconds)));
    figures.put(prefix + "cpu_seconds", Timed.rounded(Medians.of(cpuSeconds)));
    figures.put(prefix + "megabytes_per_second_and_core", Timed.rounded(megabytes / cores));
    figures.put(
        prefix + "megabytes_per_cpu_second", Timed.rounded(megabytes / Medians.of(cpuSeconds)));
    return Medians.of(cpuSeconds);
  }

  private static String name(Part part) {
    return part == Part.PIPELINE ? "pipeline_" : "near_duplicates_";
  }
}
