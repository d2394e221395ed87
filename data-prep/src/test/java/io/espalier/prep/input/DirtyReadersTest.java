package io.espalier.prep.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/**
 * The damaged corpus against the truth about it, record by record: what can be read is read, what
 * can't is rejected where it stands, and nothing else appears.
 */
class DirtyReadersTest {
  private static final Path CORPUS = Path.of("../../shared/corpus").toAbsolutePath().normalize();
  private static final int LONGEST_BYTES = 1 << 24;

  /** The records of a file, by their numbers as the readers count. */
  private final Map<String, Map<Long, JsonNode>> records = new TreeMap<>();

  private final Map<String, Map<Long, JsonNode>> broken = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();

  @Test
  void everyFileIsReadAsTheTruthSays() throws IOException {
    assumeTrue(Files.exists(CORPUS.resolve("dirty")), "the corpus isn't there");
    JsonNode truth = new ObjectMapper().readTree(CORPUS.resolve("TRUTH.json").toFile());
    for (JsonNode record : truth.path("records")) {
      String file = record.path("file").asText();
      put(records, file, number(file, record.path("loc").asLong()), record);
    }
    for (JsonNode each : truth.path("broken")) {
      String file = each.path("file").asText();
      // Damage of a file as a whole is told apart below, file by file.
      if (each.has("line")) {
        put(broken, file, number(file, each.path("line").asLong()), each);
      }
    }
    Set<String> read = new HashSet<>();
    for (InputFile file :
        InputListing.list(new Configuration(false), CORPUS.resolve("dirty").toString())) {
      read.add(file.path());
      compare(file.path(), SampleFiles.read(file, options(file.path())));
    }
    Set<String> unread = new HashSet<>(records.keySet());
    unread.removeAll(read);
    // The truth counts this file of a file manager as text; no reader of folders should.
    assertThat(unread).containsExactly("txt/poetry/.DS_Store");
    assertThat(differences).isEmpty();
  }

  private void compare(String file, List<ReadResult> results) {
    Map<Long, JsonNode> expected = new TreeMap<>(records.getOrDefault(file, Map.of()));
    Map<Long, JsonNode> faults = new TreeMap<>(broken.getOrDefault(file, Map.of()));
    List<ReadResult> others = new ArrayList<>();
    for (ReadResult result : results) {
      JsonNode record = expected.get(result.record());
      JsonNode fault = faults.get(result.record());
      if (record != null && result instanceof ReadDocument document) {
        expected.remove(result.record());
        compare(file, record, document);
      } else if (fault != null) {
        faults.remove(result.record());
        compare(file, fault, result);
      } else {
        others.add(result);
      }
    }
    faults.values().removeIf(fault -> fault.path("expected").asText().equals("skip"));
    faults.values().forEach(fault -> differences.add(file + ": nothing came of " + fault));
    compareDamage(file, expected, others);
  }

  private void compare(String file, JsonNode record, ReadDocument document) {
    String where = "%s record %d (%s)".formatted(file, document.record(), record.path("uid"));
    // In text files, the truth's reader turned CRLF into LF, as the cleaner does here.
    boolean crlf = record.path("encoding").asText().equals("utf8-crlf");
    String sha = record.path("sha").asText();
    if (!sha.equals(sha(document.text()))
        && !(crlf && sha.equals(sha(document.text().replace("\r\n", "\n"))))) {
      differences.add(where + ": another text: " + beginning(document.text()));
    }
    // The Pile's records have no ids of their own, nor have text files.
    if (!document.id().isEmpty() && !document.id().equals(record.path("id").asText())) {
      differences.add("%s: id is %s, not %s".formatted(where, document.id(), record.path("id")));
    }
    if (document.id().isEmpty() && !file.startsWith("pile") && !file.startsWith("txt")) {
      differences.add(where + ": no id");
    }
    if (record.path("lost").asBoolean()) {
      differences.add(where + ": lies behind the damage and came out");
    }
  }

  private void compare(String file, JsonNode fault, ReadResult result) {
    String expected = fault.path("expected").asText();
    boolean rejected = result instanceof ReadFailure;
    if (rejected ? expected.equals("keep") : !expected.matches(".*(keep|either|repair).*")) {
      differences.add("%s: %s came of %s".formatted(file, SampleFiles.shortly(result), fault));
    }
    if (result instanceof ReadFailure failure
        && (failure.detail().isBlank() || failure.raw().length == 0)) {
      differences.add("%s: no detail or no bytes of %s".formatted(file, fault));
    }
  }

  /** What the truth says of files as a whole. */
  private void compareDamage(String file, Map<Long, JsonNode> missing, List<ReadResult> others) {
    String got = others.stream().map(SampleFiles::shortly).toList().toString();
    switch (file) {
      case "dolma/press-0001.json.gz" -> {
        check(file, got, "[74 truncated_gzip]");
        check(file, missing.keySet().toString(), numbers(74, 117));
        missing.values().removeIf(record -> record.path("lost").asBoolean());
      }
      case "dolma/zero-bytes.json.gz" -> check(file, got, "[0 empty_file]");
      case "zst/chat-truncated.jsonl.zst" -> checkTruncatedChat(others);
      // The truth counts its 4096 random bytes as text in no encoding.
      case "txt/poetry/binary.txt" -> {
        check(file, got, "[0 not_text]");
        missing.clear();
      }
      default -> {
        // The truth counts a file of no bytes as an empty text; either way it is no document.
        if (missing.values().removeIf(record -> record.path("chars").asInt() == 0)) {
          check(file, got, "[0 empty_file]");
        } else {
          check(file, got, "[]");
        }
      }
    }
    missing.values().forEach(record -> differences.add(file + ": not found: " + record));
  }

  /** The records of another file again, as far as they are whole. */
  private void checkTruncatedChat(List<ReadResult> results) {
    Map<Long, JsonNode> chat = records.getOrDefault("zst/chat.jsonl.zst", Map.of());
    int last = results.size() - 1;
    check("chat-truncated", SampleFiles.shortly(results.get(last)), (last + 1) + " truncated_zstd");
    assertThat(last).as("whole records in half of 40").isBetween(5, 39);
    for (ReadResult result : results.subList(0, last)) {
      JsonNode record = chat.get(result.record());
      if (record == null || !(result instanceof ReadDocument document)) {
        differences.add("chat-truncated: " + SampleFiles.shortly(result));
      } else {
        compare("zst/chat-truncated.jsonl.zst", record, document);
      }
    }
  }

  private void check(String file, String got, String expected) {
    if (!got.equals(expected)) {
      differences.add("%s: %s came, not %s".formatted(file, got, expected));
    }
  }

  private static String numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList().toString();
  }

  /**
   * The truth counts rows of Parquet from 0, and the header of the tab-separated file as a line.
   */
  private static long number(String file, long location) {
    if (file.startsWith("txt/") || file.endsWith(".parquet")) {
      return location + 1;
    }
    return file.endsWith(".tsv") ? location - 1 : location;
  }

  private static RecordOptions options(String file) {
    FieldMapping fields =
        switch (file) {
          case "csv/reviews.csv" -> new FieldMapping("id", "review_text", "");
          // Windows-1252 says the truth, and yet two of its records are UTF-8.
          case "csv/reviews.tsv" -> new FieldMapping("doc_id", "body", "");
          case "parquet/abstracts.parquet" -> new FieldMapping("paper_id", "abstract", "");
          default -> new FieldMapping("id", "text", "source");
        };
    String encoding = file.endsWith(".tsv") ? "windows-1252" : Encodings.AUTO;
    return new RecordOptions(fields, "", LONGEST_BYTES, encoding, "", false, false);
  }

  private static void put(
      Map<String, Map<Long, JsonNode>> map, String file, long number, JsonNode record) {
    map.computeIfAbsent(file, f -> new TreeMap<>()).put(number, record);
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(80, text.length()));
  }

  private static String sha(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
