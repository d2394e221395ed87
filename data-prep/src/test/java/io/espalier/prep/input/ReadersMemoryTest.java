package io.espalier.prep.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A file of any size costs no more memory than a record may have. */
class ReadersMemoryTest {
  private static final long FILE_BYTES = 300L << 20;
  private static final long FEW_BYTES = 16L << 20;
  private static final RecordOptions OPTIONS =
      new RecordOptions(
          SampleFiles.OPTIONS.fields(), "", 1 << 16, "utf-8", "<|end|>", false, false);

  @Test
  void aLineThatIsTheWholeFileIsNeverHeld() throws IOException {
    InputFile file = new InputFile("file:/lines.jsonl", "lines.jsonl", FILE_BYTES, 0);
    costsLittle(
        new JsonLinesReader(
            endless("x"), InputSlice.whole(file, RecordFormat.JSON_LINES), OPTIONS));
  }

  @Test
  void aTextThatIsTheWholeFileIsNeverHeld() throws IOException {
    costsLittle(new SeparatedTextReader(endless("<|en"), OPTIONS));
    costsLittle(new TextFileReader(endless("x"), OPTIONS));
  }

  @Test
  void aQuotedFieldThatIsTheWholeFileIsNeverHeld() throws IOException {
    InputStream rows =
        new java.io.SequenceInputStream(
            new java.io.ByteArrayInputStream(SampleFiles.utf8("id,text\n1,\"")), endless("x\n"));
    costsLittle(new CsvReader(rows, "rows.csv", OPTIONS));
  }

  @Test
  void manyRecordsAreGarbageOnceTheyAreRead() throws IOException {
    InputFile file = new InputFile("file:/lines.jsonl", "lines.jsonl", FILE_BYTES, 0);
    InputStream lines = endless("{\"text\": \"" + "word ".repeat(5000) + "\"}\n");
    InputSlice slice = InputSlice.whole(file, RecordFormat.JSON_LINES);
    long before = used();
    long records = 0;
    try (RecordReader reader = new JsonLinesReader(lines, slice, OPTIONS)) {
      Optional<ReadResult> result = reader.next();
      while (result.isPresent()) {
        records++;
        if (records % 4000 == 0) {
          assertThat(used() - before).isLessThan(FEW_BYTES);
        }
        result = reader.next();
      }
    }
    assertThat(records).isGreaterThan(12_000);
  }

  private static void costsLittle(RecordReader reader) throws IOException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    try (reader) {
      ReadFailure failure = (ReadFailure) reader.next().orElseThrow();
      assertThat(failure.reason()).isIn("oversize_document", "unclosed_quote");
      assertThat(reader.next()).isEmpty();
    }
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(FEW_BYTES);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The same bytes over and over, up to the size of the file. */
  private static InputStream endless(String repeated) {
    byte[] block = SampleFiles.utf8(repeated.repeat(1 + (1 << 16) / repeated.length()));
    return new InputStream() {
      private long place;

      @Override
      public int read() {
        return place == FILE_BYTES ? -1 : block[(int) (place++ % block.length)];
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        int at = (int) (place % block.length);
        int count = (int) Math.min(Math.min(length, block.length - at), FILE_BYTES - place);
        System.arraycopy(block, at, bytes, offset, count);
        place += count;
        return count == 0 ? -1 : count;
      }
    };
  }
}
