package io.espalier.job;

import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputListing;
import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.ReadDocument;
import io.espalier.prep.input.ReadResult;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.RecordOptions;
import io.espalier.prep.input.RecordReader;
import io.espalier.prep.input.RecordReaders;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The texts that the truth tells by their hashes: whatever hashes to it is the text, however it was
 * found.
 */
final class DamagedTexts {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final List<Charset> CHARSETS =
      List.of(
          StandardCharsets.UTF_8,
          StandardCharsets.UTF_16,
          WINDOWS_1252,
          StandardCharsets.ISO_8859_1);

  private final Map<String, String> bySha = new HashMap<>();

  private DamagedTexts() {}

  /** The text of every readable record by its uid; line ends that were escaped are line ends. */
  static Map<String, String> of(DamagedTruth truth) throws IOException {
    DamagedTexts texts = new DamagedTexts();
    for (InputFile file :
        InputListing.list(
            new Configuration(false), DamagedTruth.CORPUS.resolve("dirty").toString())) {
      if (file.path().startsWith("txt/")) {
        texts.addWhole(DamagedTruth.CORPUS.resolve("dirty").resolve(file.path()));
      } else {
        texts.addRecords(file);
      }
    }
    Map<String, String> byUid = new HashMap<>();
    for (DamagedTruth.Item item : truth.records().values()) {
      String text = texts.bySha.get(item.sha());
      if (text != null) {
        boolean escaped = item.place().contains(".tsv#");
        byUid.put(item.uid(), escaped ? text.replace("\\n", "\n") : text);
      }
    }
    return byUid;
  }

  private void addWhole(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (Charset charset : CHARSETS) {
      String text = new String(bytes, charset);
      add(text);
      add(text.replace("\r\n", "\n"));
      add(text.replaceFirst("^\uFEFF", ""));
    }
  }

  private void addRecords(InputFile file) throws IOException {
    String field =
        switch (file.path()) {
          case "csv/reviews.csv" -> "review_text";
          case "csv/reviews.tsv" -> "body";
          case "parquet/abstracts.parquet" -> "abstract";
          default -> "text";
        };
    String encoding = file.path().endsWith(".tsv") ? "windows-1252" : "utf-8";
    RecordOptions options =
        new RecordOptions(new FieldMapping("", field, ""), "", 1 << 24, encoding, "", false, false);
    InputSlice whole = InputSlice.whole(file, RecordFormat.AUTO);
    try (RecordReader reader = RecordReaders.open(new Configuration(false), whole, options)) {
      for (Optional<ReadResult> result = reader.next();
          result.isPresent();
          result = reader.next()) {
        if (result.get() instanceof ReadDocument document) {
          add(document.text());
        }
      }
    }
  }

  private void add(String text) {
    bySha.putIfAbsent(sha(text), text);
  }

  /** As the truth writes it. */
  static String sha(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
