package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.LatestRows;
import io.espalier.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;

/** The documents of one split of one domain, read without Spark in the order of packing. */
record SplitDocuments(RunPaths paths, String domain, String split) {
  /** Spark's seed of {@code xxhash64}, see {@link EncodedDocuments}. */
  private static final long HASH_SEED = 42;

  /** A document without its text. */
  record Length(String id, long place, int tokens) {}

  /** A document's text and where it says it comes from. */
  record Text(String source, String text) {}

  /**
   * How long the documents are that have a token, in the order of packing.
   *
   * @throws ConfigException if there are none
   */
  List<Length> lengths(Tokenizer tokenizer) {
    List<Length> lengths = new ArrayList<>();
    forEach(
        (id, document) -> {
          int tokens = tokenizer.encode(document.text()).length;
          if (tokens > 0) {
            lengths.add(new Length(id, place(id), tokens));
          }
        });
    if (lengths.isEmpty()) {
      throw new ConfigException(
          "Domain %s, split %s has no text in %s; a corpus that was tokens already has no documents to trace"
              .formatted(domain, split, RunPaths.shown(paths.table("documents"))));
    }
    lengths.sort(
        Comparator.comparingLong(Length::place)
            .thenComparing(d -> d.id().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return lengths;
  }

  /** Some of the documents by their ids. */
  Map<String, Text> texts(Set<String> ids) {
    Map<String, Text> texts = new HashMap<>();
    forEach(
        (id, document) -> {
          if (ids.contains(id)) {
            texts.put(id, document);
          }
        });
    return texts;
  }

  /** The pseudo-random number that orders a document, as {@link EncodedDocuments} gives it. */
  private static long place(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, HASH_SEED);
  }

  private void forEach(BiConsumer<String, Text> action) {
    LatestRows.forEach(
        paths.table("documents"),
        List.of("id", "source", "text", "domain", "split"),
        Map.of(),
        row -> {
          if (domain.equals(row.get("domain")) && split.equals(row.get("split"))) {
            Text text = new Text(LatestRows.text(row, "source"), LatestRows.text(row, "text"));
            action.accept(LatestRows.text(row, "id"), text);
          }
        });
  }
}
