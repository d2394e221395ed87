package io.espalier.bench;

import io.espalier.merge.MergeMethod;
import io.espalier.model.Gpt2;
import io.espalier.model.ParameterSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merging checkpoints of the size of GPT-2 small (124 million float32 parameters each), against
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
   * @param method how; a base is written beside the checkpoints if it needs one
   * @param threads threads of the merge
   */
  public static BenchResult measure(Path folder, int checkpoints, MergeMethod method, int threads) {
    return measure(folder, new MergeInputs(gpt2Small(), checkpoints, method), threads);
  }

  /** 124 million parameters. */
  static List<ParameterSpec> gpt2Small() {
    return GPT2_SMALL.parameters(VOCABULARY_SIZE, POSITIONS);
  }

  static BenchResult measure(Path folder, MergeInputs inputs, int threads) {
    long bytes = inputs.bytes() + 2 * inputs.bytesOfOne();
    try (BenchFolder temporary = BenchFolder.in(folder, "merge", bytes)) {
      inputs.write(temporary.path());
      return new BenchResult("merge", figures(temporary.path(), inputs, threads));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> figures(Path temporary, MergeInputs inputs, int threads)
      throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("checkpoints", inputs.checkpoints());
    figures.put("method", inputs.method().toString());
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
    return PrintedFigures.of(
        process, code -> new IOException("the merging process ended with exit code " + code));
  }
}
