package io.espalier.bench;

import io.espalier.config.ConfigException;
import io.espalier.model.Gpt2;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Averaging checkpoints of the size of GPT-2 small (124 million float32 parameters each), against
 * reading them and writing the result without looking at a byte.
 *
 * <p>The merge runs in a process of its own with a small heap, so that its peak resident memory is
 * the merge's alone.
 */
public final class MergeBench {
  private static final Gpt2 GPT2_SMALL = new Gpt2(12, 768, 12);
  private static final int VOCABULARY_SIZE = 50_257;
  private static final int POSITIONS = 1024;
  private static final String HEAP = "-Xmx128m";
  private static final String DIRECT_MEMORY = "-XX:MaxDirectMemorySize=512m";

  private MergeBench() {}

  /**
   * Writes checkpoints into a temporary folder, merges them, and deletes them.
   *
   * @param folder where the temporary folder is made
   * @param checkpoints how many to merge
   * @param threads threads of the merge
   */
  public static BenchResult measure(Path folder, int checkpoints, int threads) {
    MergeInputs inputs =
        new MergeInputs(GPT2_SMALL.parameters(VOCABULARY_SIZE, POSITIONS), checkpoints);
    return measure(folder, inputs, threads);
  }

  static BenchResult measure(Path folder, MergeInputs inputs, int threads) {
    try {
      requireSpace(folder, inputs.bytes() + 2 * inputs.bytesOfOne());
      Path temporary = Files.createTempDirectory(folder, "espalier-bench-merge");
      try {
        inputs.write(temporary);
        return new BenchResult("merge", figures(temporary, inputs, threads));
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireSpace(Path folder, long bytes) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException("%s is not a folder; name one that exists".formatted(folder));
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new ConfigException(
          "%s has %.1f GB free, but %.1f GB are needed; name a folder on a larger disk"
              .formatted(folder, free / 1e9, bytes / 1e9));
    }
  }

  private static Map<String, Object> figures(Path temporary, MergeInputs inputs, int threads)
      throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("checkpoints", inputs.checkpoints());
    figures.put("parameters_millions", Timed.rounded(inputs.parameters() / 1e6));
    figures.put("input_megabytes", Timed.rounded(Timed.megabytes(inputs.bytes())));
    figures.put("threads", threads);
    runInProcessOfItsOwn(temporary, threads)
        .forEach((name, value) -> figures.put(name, Timed.rounded(value)));
    return figures;
  }

  private static Map<String, Double> runInProcessOfItsOwn(Path temporary, int threads)
      throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                DIRECT_MEMORY,
                "-cp",
                System.getProperty("java.class.path"),
                MergeProcess.class.getName(),
                temporary.toString(),
                Integer.toString(threads))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Map<String, Double> figures = new LinkedHashMap<>();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("the merging process ended with exit code " + process.exitValue());
      }
      for (String line : out.lines().toList()) {
        List<String> pair = List.of(line.split("=", 2));
        figures.put(pair.get(0), Double.parseDouble(pair.get(1)));
      }
      return figures;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while merging").initCause(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
