package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.OPTIONS;
import static io.espalier.prep.input.SampleFiles.documents;
import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetRecordReaderTest {
  private static final MessageType NUMBERED =
      MessageTypeParser.parseMessageType(
          "message m { required int64 id; optional binary text (STRING);"
              + " optional group meta { optional binary subset (STRING); } }");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
  void theUsualCodecsAreRead(CompressionCodecName codec) {
    byte[] bytes = SampleFiles.parquet(NUMBERED, numbered(40), codec, 1 << 20);

    assertThat(texts(read(parquet(bytes)))).hasSize(40);
  }

  @Test
  void dotsReachIntoGroupsAndNumbersAreIds() {
    Group row = new SimpleGroupFactory(NUMBERED).newGroup().append("id", 7L).append("text", "one");
    row.addGroup("meta").append("subset", "law");
    Group bare = new SimpleGroupFactory(NUMBERED).newGroup().append("id", 8L).append("text", "two");
    byte[] bytes =
        SampleFiles.parquet(NUMBERED, List.of(row, bare), CompressionCodecName.SNAPPY, 1 << 20);
    var options = new RecordOptions(new FieldMapping("id", "text", ""), "meta.subset", 1 << 16);

    assertThat(documents(read(parquet(bytes), options)))
        .containsExactly(
            new ReadDocument(1, "7", "", "one", "law"), new ReadDocument(2, "8", "", "two", ""));
  }

  @Test
  void everyDamagedRowIsOneFailureWithItsRowAndReason() {
    MessageType type = MessageTypeParser.parseMessageType("message m { optional binary text; }");
    var rows = new SimpleGroupFactory(type);
    List<Group> groups =
        List.of(
            rows.newGroup().append("text", "one"),
            rows.newGroup(),
            rows.newGroup()
                .append("text", Binary.fromConstantByteArray(new byte[] {'a', (byte) 0xE9})),
            rows.newGroup().append("text", "y".repeat(70_000)),
            rows.newGroup().append("text", ""));

    List<ReadResult> results =
        read(
            parquet(SampleFiles.parquet(type, groups, CompressionCodecName.UNCOMPRESSED, 1 << 20)));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly(
            "1 document", "2 missing_field", "3 invalid_utf8", "4 oversize_document", "5 document");
    assertThat(failures(results).get(0).detail())
        .isEqualTo("text is not there or null; the row has: text");
    assertThat(failures(results).get(1).detail()).isEqualTo("byte 2 is 0xE9");
  }

  @Test
  void aColumnThatIsNoTextIsRefusedByItsType() {
    byte[] bytes = SampleFiles.parquet(NUMBERED, numbered(2), CompressionCodecName.SNAPPY, 1 << 20);
    var options = new RecordOptions(new FieldMapping("", "id", ""), "", 1 << 16);

    List<ReadResult> results = read(parquet(bytes), options);

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly("1 text_not_string", "2 text_not_string");
    assertThat(failures(results).get(0).detail()).isEqualTo("id is a Parquet INT64, not a string");
  }

  @Test
  void aFileCutIntoSlicesGivesEveryRowOnceWithItsNumber() {
    InputFile file = manyRowGroups(3000);
    List<ReadResult> whole = read(file);
    assertThat(whole.stream().map(ReadResult::record))
        .isEqualTo(LongStream.rangeClosed(1, 3000).boxed().toList());
    Random random = new Random(4);
    for (int i = 0; i < 12; i++) {
      long target = 1 + random.nextLong(file.bytes());

      assertThat(inSlices(file, Math.max(target, 500))).isEqualTo(whole);
    }
  }

  @Test
  void damageInARowGroupIsToldByItsRow() throws IOException {
    InputFile file = manyRowGroups(3000);
    List<BlockMetaData> groups = rowGroups(file);
    assertThat(groups).hasSizeGreaterThan(3);
    BlockMetaData third = groups.get(2);
    byte[] bytes = java.nio.file.Files.readAllBytes(folder.resolve("rows.parquet"));
    int start = Math.toIntExact(third.getStartingPos());
    Arrays.fill(bytes, start, start + 40, (byte) 0xFF);
    InputFile damaged = parquet(bytes);

    List<ReadResult> results = read(damaged);

    assertThat(documents(results)).hasSize(Math.toIntExact(third.getRowIndexOffset()));
    assertThat(SampleFiles.shortly(results.get(results.size() - 1)))
        .isEqualTo(third.getRowIndexOffset() + 1 + " damaged_parquet");
    List<ReadResult> alone =
        read(
            new InputSlice(
                damaged, RecordFormat.PARQUET, start, start + third.getCompressedSize(), 0),
            OPTIONS);
    assertThat(alone)
        .extracting(SampleFiles::shortly)
        .containsExactly(third.getRowIndexOffset() + 1 + " damaged_parquet");
  }

  @Test
  void aFileWithoutItsFooterIsOneFailureInHoweverManySlices() {
    byte[] bytes = SampleFiles.parquet(NUMBERED, numbered(3000), CompressionCodecName.SNAPPY, 4000);
    InputFile cut = parquet(Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(inSlices(cut, 1000))
        .extracting(SampleFiles::shortly)
        .containsExactly("0 damaged_parquet");
  }

  private static List<ReadResult> inSlices(InputFile file, long targetBytes) {
    List<ReadResult> results = new ArrayList<>();
    InputTasks.slices(file, RecordFormat.PARQUET, false, targetBytes)
        .forEach(slice -> results.addAll(read(slice, OPTIONS)));
    return results;
  }

  private InputFile manyRowGroups(int rows) {
    return parquet(
        SampleFiles.parquet(NUMBERED, numbered(rows), CompressionCodecName.UNCOMPRESSED, 4000));
  }

  private static List<BlockMetaData> rowGroups(InputFile file) throws IOException {
    var path = new org.apache.hadoop.fs.Path(file.uri());
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, new Configuration(false)))) {
      return reader.getRowGroups();
    }
  }

  private static List<Group> numbered(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new SimpleGroupFactory(NUMBERED)
                    .newGroup()
                    .append("id", (long) i)
                    .append("text", "text of row %d %x".formatted(i, i * 0x9E3779B97F4A7C15L)))
        .toList();
  }

  private InputFile parquet(byte[] bytes) {
    return write(folder.resolve("rows.parquet"), bytes);
  }
}
