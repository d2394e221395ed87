package io.espalier.bench;

import io.espalier.text.BpeModel;
import io.espalier.text.BpeTrainer;
import io.espalier.text.Packer;
import io.espalier.text.PackingCounts;
import io.espalier.text.PackingMethod;
import io.espalier.text.PackingSettings;
import io.espalier.text.PreTokenCounter;
import io.espalier.text.Remainder;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training and use of a tokenizer on one thread: counting pre-tokens (what Spark tasks do),
 * learning the merges (what the driver does), encoding (what Spark tasks do) with and without the
 * cache of pre-tokens, and packing into windows of 1,024 tokens.
 */
public final class TokenizeBench {
  /** Text that the compiler warms up on before anything is timed. */
  private static final long WARM_UP_BYTES = 4_000_000;

  /** Encoding is the slowest part by far, and as fast on a sample as on the whole. */
  private static final long ENCODED_BYTES = 12_000_000;

  /** Length of the windows that documents are packed into. */
  private static final int PACKED_TOKENS = 1024;

  private final List<String> texts;
  private final long bytes;
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private TokenizeBench(List<String> texts) {
    this.texts = texts;
    this.bytes = utf8Bytes(texts);
  }

  /**
   * Measures on the texts of a folder, which are held in memory.
   *
   * @param folder JSON lines with a field {@code text}, and plain text files, gzip or not
   * @param vocabularySize entries of the tokenizer that is trained
   */
  public static BenchResult measure(Path folder, int vocabularySize) {
    return new TokenizeBench(TextFolder.read(folder)).measure(vocabularySize);
  }

  private BenchResult measure(int vocabularySize) {
    figures.put("documents", texts.size());
    figures.put("text_megabytes", Timed.rounded(Timed.megabytes(bytes)));
    Map<String, Long> counts = count();
    BpeModel model = learn(counts, vocabularySize);
    encode(model);
    return new BenchResult("tokenize", figures);
  }

  private Map<String, Long> count() {
    sample(WARM_UP_BYTES).forEach(new PreTokenCounter()::add);
    PreTokenCounter counter = new PreTokenCounter();
    Timed timed = Timed.of(() -> texts.forEach(counter::add));
    figures.put("count_megabytes_per_second", timed.megabytesPerSecond(bytes));
    figures.put("count_megabytes_per_cpu_second", timed.megabytesPerCpuSecond(bytes));
    figures.put("distinct_pre_tokens", counter.size());
    return counter.counts();
  }

  private BpeModel learn(Map<String, Long> counts, int vocabularySize) {
    BpeModel[] model = new BpeModel[1];
    Timed timed = Timed.of(() -> model[0] = BpeTrainer.train(counts, vocabularySize));
    figures.put("vocabulary_size", model[0].vocabularySize());
    figures.put("merge_seconds", Timed.rounded(timed.wallSeconds()));
    figures.put("merge_cpu_seconds", Timed.rounded(timed.cpuSeconds()));
    figures.put("merge_megabytes_per_second", timed.megabytesPerSecond(bytes));
    return model[0];
  }

  private void encode(BpeModel model) {
    TokenizerFile file = TokenizerFile.of(model, 1);
    encodeWhole(file);
    encodeByPieces(file);
  }

  /** The library alone, on a sample. */
  private void encodeWhole(TokenizerFile file) {
    List<String> sample = sample(ENCODED_BYTES);
    long sampleBytes = utf8Bytes(sample);
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      sample(WARM_UP_BYTES / 4).forEach(tokenizer::encodeWhole);
      Timed timed = Timed.of(() -> sample.forEach(tokenizer::encodeWhole));
      figures.put("library_encoded_megabytes", Timed.rounded(Timed.megabytes(sampleBytes)));
      figures.put("library_megabytes_per_second", timed.megabytesPerSecond(sampleBytes));
      figures.put("library_megabytes_per_cpu_second", timed.megabytesPerCpuSecond(sampleBytes));
    }
  }

  /** The cache in front of it, on everything: first empty, then as the first pass left it. */
  private void encodeByPieces(TokenizerFile file) {
    try (Tokenizer warmUp = Tokenizer.open(file)) {
      sample(WARM_UP_BYTES).forEach(warmUp::encode); // warms the compiler up, not the cache
    }
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      long[] tokens = new long[1];
      Timed cold =
          Timed.of(() -> texts.forEach(text -> tokens[0] += tokenizer.encode(text).length));
      Timed warm = Timed.of(() -> texts.forEach(tokenizer::encode));
      figures.put("encode_megabytes_per_second", cold.megabytesPerSecond(bytes));
      figures.put("encode_megabytes_per_cpu_second", cold.megabytesPerCpuSecond(bytes));
      figures.put("encode_warm_megabytes_per_second", warm.megabytesPerSecond(bytes));
      figures.put("encode_warm_megabytes_per_cpu_second", warm.megabytesPerCpuSecond(bytes));
      figures.put("encode_tokens_per_second", Timed.rounded(tokens[0] / cold.wallSeconds()));
      figures.put("bytes_per_token", Timed.rounded((double) bytes / tokens[0]));
      figures.put("texts_with_the_ids_of_the_library", texts.size() - different(tokenizer));
      pack(tokenizer);
    }
  }

  /** Both ways of packing the whole: what they cut and pad, and how fast they are. */
  private void pack(Tokenizer tokenizer) {
    for (PackingMethod method : PackingMethod.values()) {
      var settings = new PackingSettings(PACKED_TOKENS, method, Remainder.PAD);
      Packer packer = Packer.of(settings, tokenizer.endOfTextId(), window -> {});
      long packingNanoseconds = 0;
      for (String text : texts) {
        int[] ids = tokenizer.encode(text);
        int[] bytesPerToken = tokenizer.bytesPerToken(ids, text);
        long start = System.nanoTime();
        packer.add(ids, bytesPerToken);
        packingNanoseconds += System.nanoTime() - start;
      }
      long start = System.nanoTime();
      PackingCounts counts = packer.finish();
      packingNanoseconds += System.nanoTime() - start;
      double documents = counts.documents();
      double targets = counts.predictedTokens() + counts.paddingTokens();
      figures.put(method + "_documents_cut_percent", percent(counts.documentsCut() / documents));
      figures.put(method + "_padding_percent", percent(counts.paddingTokens() / targets));
      figures.put(
          method + "_tokens_per_second", Timed.rounded(counts.tokens() * 1e9 / packingNanoseconds));
    }
  }

  private static double percent(double share) {
    return Timed.rounded(100 * share);
  }

  /** Texts whose ids aren't what the library alone gives: none, or the cache is wrong. */
  private int different(Tokenizer tokenizer) {
    return (int)
        texts.stream()
            .filter(text -> !Arrays.equals(tokenizer.encode(text), tokenizer.encodeWhole(text)))
            .count();
  }

  /** Documents from all over the corpus, about as many as make up the bytes. */
  private List<String> sample(long wantedBytes) {
    int step = (int) Math.max(1, bytes / wantedBytes);
    return java.util.stream.IntStream.range(0, texts.size())
        .filter(i -> i % step == 0)
        .mapToObj(texts::get)
        .toList();
  }

  private static long utf8Bytes(List<String> texts) {
    return texts.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
  }
}
