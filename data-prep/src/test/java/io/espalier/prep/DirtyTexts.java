package io.espalier.prep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * The damaged corpus' records with their texts, found by the hash that its truth gives: what the
 * readers make of each file is tested elsewhere.
 */
final class DirtyTexts {
  static final Path CORPUS = Path.of("../../shared/corpus").toAbsolutePath().normalize();

  private static final Pattern CELL_ENDS = Pattern.compile("[\t\r\n]");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /**
   * A readable record.
   *
   * @param truth what TRUTH.json says of it
   */
  record Entry(JsonNode truth, String text) {
    String id() {
      return truth.path("id").asText();
    }

    boolean has(String label) {
      return labels().contains(label);
    }

    List<String> labels() {
      List<String> labels = new ArrayList<>();
      truth.path("labels").forEach(label -> labels.add(label.asText()));
      return labels;
    }

    @Override
    public String toString() {
      return truth.path("uid").asText() + " " + labels() + " of " + truth.path("file").asText();
    }
  }

  private final Map<String, String> bySha = new HashMap<>();

  private DirtyTexts() {}

  static List<Entry> read() throws IOException {
    DirtyTexts texts = new DirtyTexts();
    try (Stream<Path> files = Files.walk(CORPUS.resolve("dirty"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.add(file);
      }
    }
    List<Entry> entries = new ArrayList<>();
    JsonNode truth = new ObjectMapper().readTree(CORPUS.resolve("TRUTH.json").toFile());
    for (JsonNode record : truth.path("records")) {
      String text = texts.bySha.get(record.path("sha").asText());
      if (text != null) {
        entries.add(new Entry(record, text));
      }
    }
    return entries;
  }

  private void add(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (CORPUS.resolve("dirty").relativize(file).startsWith("txt")) {
      byte[] bytes = Files.readAllBytes(file);
      for (Charset charset :
          List.of(
              StandardCharsets.UTF_8,
              StandardCharsets.UTF_16,
              WINDOWS_1252,
              StandardCharsets.ISO_8859_1)) {
        String text = new String(bytes, charset);
        add(text);
        add(text.replace("\r\n", "\n"));
        add(text.replaceFirst("^\uFEFF", ""));
      }
    } else if (name.endsWith(".tsv")) {
      for (String cell : CELL_ENDS.splitAsStream(Files.readString(file, WINDOWS_1252)).toList()) {
        add(cell);
        add(cell.replace("\\n", "\n"));
      }
    } else {
      addRecords(file, name);
    }
  }

  private void addRecords(Path file, String name) throws IOException {
    String field =
        name.endsWith(".csv") ? "review_text" : name.endsWith(".parquet") ? "abstract" : "text";
    RecordFormat format =
        name.endsWith(".csv")
            ? RecordFormat.CSV
            : name.endsWith(".parquet") ? RecordFormat.PARQUET : RecordFormat.JSON_LINES;
    InputFile input = new InputFile(file.toUri().toString(), name, Files.size(file), 0);
    RecordOptions options = new RecordOptions(new FieldMapping("", field, ""), "", 1 << 24);
    try (RecordReader reader =
        RecordReaders.open(new Configuration(false), InputSlice.whole(input, format), options)) {
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
    bySha.putIfAbsent(Fingerprint.ofText(text).substring(0, 16), text);
  }
}
