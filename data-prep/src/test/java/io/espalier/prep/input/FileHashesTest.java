package io.espalier.prep.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTest {
  private static final Path DIRTY =
      Path.of("../../shared/corpus/dirty").toAbsolutePath().normalize();

  private final Configuration configuration = new Configuration(false);

  @TempDir Path folder;

  @Test
  void everyFileHasTheHashOfItsBytesHoweverMuchOfItIsRead() throws IOException {
    assumeTrue(Files.exists(DIRTY), "the corpus isn't there");
    Set<RecordFormat> formats = EnumSet.noneOf(RecordFormat.class);
    for (InputFile file : InputListing.list(configuration, DIRTY.toString())) {
      InputSlice slice = InputSlice.whole(file, RecordFormat.AUTO);
      if (formats.add(slice.format()) || !file.path().startsWith("txt/")) {
        String expected = sha256(Files.readAllBytes(Path.of(URI.create(file.uri()))));
        for (int records : List.of(1, Integer.MAX_VALUE)) {
          assertThat(hash(slice, records))
              .as("%s, %d records", file.path(), records)
              .isEqualTo(expected);
        }
      }
    }
    assertThat(formats).hasSizeGreaterThan(3);
  }

  @Test
  void aFileThatGrewWhileItWasReadHasNoHash() throws IOException {
    Path path = Files.writeString(folder.resolve("a.txt"), "text");
    InputFile file = new InputFile(path.toUri().toString(), "a.txt", Files.size(path), 0);
    Files.writeString(path, "text and more");
    assertThat(whileReading(InputSlice.whole(file, RecordFormat.AUTO), 1)).isEmpty();
  }

  @Test
  void theHashOfSeveralPartsIsThatOfTheirHashes() {
    String one = "00".repeat(32);
    String other = "ff".repeat(32);
    byte[] both = new byte[64];
    Arrays.fill(both, 32, 64, (byte) 0xFF);
    var parts =
        List.of(
            new FileParts.Found("large", one, List.of()),
            new FileParts.Found("small", one, List.of()),
            new FileParts.Found("large", other, List.of()),
            new FileParts.Found("broken", "", List.of()));
    assertThat(FileParts.hashes(parts))
        .containsOnly(Map.entry("large", sha256(both) + "-2"), Map.entry("small", one));
  }

  private Optional<String> whileReading(InputSlice slice, int records) throws IOException {
    FileDigest digest = new FileDigest();
    try (RecordReader reader =
        RecordReaders.open(configuration, slice, SampleFiles.OPTIONS, Optional.of(digest))) {
      for (int i = 0; i < records && reader.next().isPresent(); i++) {
        // Only how far it goes matters.
      }
    }
    return digest.finish(slice.file().bytes());
  }

  private String hash(InputSlice slice, int records) throws IOException {
    return FileParts.isNoStream(slice)
        ? FileParts.read(configuration, FileParts.of(List.of(slice)).get(0)).sha256()
        : whileReading(slice, records).orElse("");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
