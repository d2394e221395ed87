package io.espalier.prep.input;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Whatever a file holds, its reader gives records and failures, and comes to an end. */
class RecordReadersFuzzTest {
  /** The first byte of an input chooses among these. */
  private static final List<String> NAMES =
      List.of(
          "a.jsonl", "a.csv", "a.tsv", "a.md", "a.html", "a.warc", "a.arrow", "a.parquet", "a.txt");

  @FuzzTest(maxDuration = "40s", maxExecutions = 100_000)
  void anyBytesAreRecordsAndFailures(byte[] bytes) throws IOException {
    if (bytes.length < 2) {
      return;
    }
    Path folder = Files.createTempDirectory("fuzz");
    Path file = folder.resolve(NAMES.get((bytes[0] & 0xFF) % NAMES.size()));
    try {
      SampleFiles.read(SampleFiles.write(file, Arrays.copyOfRange(bytes, 1, bytes.length)));
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }
}
