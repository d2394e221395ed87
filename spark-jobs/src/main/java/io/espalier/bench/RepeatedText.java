package io.espalier.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.text.ComparedWords;
import io.espalier.text.WordNGrams;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A corpus of any size, made of texts: first as they are, then again and again with a quarter of
 * their words replaced, so that no text is nearly what another is that didn't resemble it before. A
 * twentieth of the first texts has a copy beside it that differs in few words or none. Written as
 * it is made, in JSON lines with {@code id} and {@code text}.
 *
 * <p>Used by one thread.
 */
final class RepeatedText {
  /** Each text so far from its predecessor has a copy that is nearly the same. */
  private static final int PLANTED_EVERY = 20;

  /** Goes to the evaluation text instead, where one is asked for. */
  private static final int EVALUATED_EVERY = 100;

  private static final double SHARE_OF_WORDS = 0.25;
  private static final double[] PLANTED_SHARES = {0, 0.005, 0.01, 0.015, 0.02};
  private static final int NGRAM_WORDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> texts;
  private final Path folder;
  private final List<Pair> planted = new ArrayList<>();
  private long documents;
  private long bytes;

  /**
   * @param texts that it is made of
   * @param folder where the folders {@code training} and {@code evaluation} are made
   */
  RepeatedText(List<String> texts, Path folder) {
    this.texts = texts;
    this.folder = folder;
  }

  /**
   * Two texts that are nearly the same.
   *
   * @param jaccard of their sets of word n-grams
   */
  record Pair(String first, String second, double jaccard) {}

  /** When there is enough of it: told so after each document. */
  interface Extent {
    boolean reached(long documents, long bytes);
  }

  /** All texts so many times, each time in a file of its own. */
  RepeatedText times(int times) throws IOException {
    try (BufferedWriter evaluation = file("evaluation", "texts")) {
      for (int copy = 0; copy < times; copy++) {
        try (BufferedWriter training = file("training", "texts-%05d".formatted(copy))) {
          write(copy, training, evaluation, (soFar, bytesSoFar) -> false);
        }
      }
    }
    return this;
  }

  /** As many as it takes, in one file. */
  RepeatedText until(Extent extent) throws IOException {
    try (BufferedWriter evaluation = file("evaluation", "texts");
        BufferedWriter training = file("training", "texts")) {
      for (int copy = 0; !extent.reached(documents, bytes); copy++) {
        write(copy, training, evaluation, extent);
      }
    }
    return this;
  }

  /** Pairs that resemble each other on purpose. */
  List<Pair> planted() {
    return planted;
  }

  /** Training documents. */
  long documents() {
    return documents;
  }

  /** Their texts in UTF-8. */
  long bytes() {
    return bytes;
  }

  private BufferedWriter file(String part, String name) throws IOException {
    Path parent = Files.createDirectories(folder.resolve(part));
    return Files.newBufferedWriter(parent.resolve(name + ".jsonl"));
  }

  private void write(int copy, BufferedWriter training, BufferedWriter evaluation, Extent extent)
      throws IOException {
    for (int i = 0; i < texts.size() && !extent.reached(documents, bytes); i++) {
      String id = "%d-%d".formatted(copy, i);
      String text = texts.get(i);
      if (copy > 0) {
        add(training, id, ReplacedWords.of(text, copy, SHARE_OF_WORDS));
      } else if (i % EVALUATED_EVERY == 1) {
        line(evaluation, id, text);
      } else {
        add(training, id, text);
        plant(training, i, id, text);
      }
    }
  }

  private void plant(BufferedWriter training, int i, String id, String text) throws IOException {
    if (i % PLANTED_EVERY != 0) {
      return;
    }
    double share = PLANTED_SHARES[i / PLANTED_EVERY % PLANTED_SHARES.length];
    String near = ReplacedWords.of(text, -1, share);
    planted.add(new Pair(id, id + "-near", jaccard(text, near)));
    add(training, id + "-near", near);
  }

  private void add(BufferedWriter out, String id, String text) throws IOException {
    documents++;
    bytes += text.getBytes(StandardCharsets.UTF_8).length;
    line(out, id, text);
  }

  private static void line(BufferedWriter out, String id, String text) throws IOException {
    out.write(JSON.writeValueAsString(Map.of("id", id, "text", text)));
    out.write('\n');
  }

  /** Shared n-grams over all that there are. */
  static double jaccard(String first, String second) {
    long[] one = ngrams(first);
    long[] other = ngrams(second);
    long shared = Arrays.stream(one).filter(n -> Arrays.binarySearch(other, n) >= 0).count();
    long all = one.length + other.length - shared;
    return all == 0 ? 0 : (double) shared / all;
  }

  private static long[] ngrams(String text) {
    return WordNGrams.distinct(WordNGrams.of(ComparedWords.of(text), NGRAM_WORDS));
  }
}
