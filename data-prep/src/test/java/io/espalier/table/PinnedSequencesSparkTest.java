package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedSequencesSparkTest {
  private static final String LEGAL = "legal texts=50 %";

  @TempDir Path folder;
  private Table<PackedSequenceRow> table;

  @BeforeEach
  void emptyTable() {
    table = Table.at(LocalSpark.session(), TableSchema.SEQUENCES, folder.toUri().toString());
  }

  @Test
  void windowsOfManyFilesComeInTheOrderOfTheirIds() {
    write(table.dataset(rows(LEGAL, "train", 1000)).repartition(1).sort("sequence_id"), 300);

    assertThat(ids(0, LEGAL, "train")).isEqualTo(LongStream.range(0, 1000).boxed().toList());
  }

  @Test
  void aWindowComesBackAsItWasWritten() {
    write(table.dataset(rows("code", "test", 2)), 0);

    try (SequenceReader reader = open(0).read("code", "test")) {
      SequenceRow first = reader.next();
      assertThat(first.tokens()).isEqualTo(tokens(0));
      assertThat(first.tokenCount()).isEqualTo(3);
      assertThat(first.bytes()).isEqualTo(11);
      assertThat(reader.next().sequenceId()).isEqualTo(1);
      assertThat(reader).isExhausted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../elsewhere.parquet", "file:///etc/passwd", "/etc/passwd"})
  void aLogThatNamesAFileOutsideOfTheTableIsRefused(String path) throws IOException {
    write(table.dataset(rows("code", "test", 2)), 0);
    Files.writeString(
        folder.resolve("_delta_log/00000000000000000001.json"),
        """
        {"add":{"path":"%s","partitionValues":{"domain":"code","split":"test"},"size":1,\
        "modificationTime":0,"dataChange":true}}
        """
            .formatted(path));

    assertThatThrownBy(() -> open(1).counts())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("which lies outside of the table's folder");
  }

  @Test
  void onlyTheDomainAndSplitThatWereAskedForAreRead() {
    var all = new ArrayList<>(rows("code", "train", 3));
    all.addAll(rows("code", "test", 2));
    all.addAll(rows(LEGAL, "train", 4));
    write(table.dataset(all).coalesce(1).sort("sequence_id"), 0);

    assertThat(ids(0, "code", "test")).containsExactly(0L, 1L);
    assertThat(ids(0, "poetry", "test")).isEmpty();
    assertThat(open(0).counts())
        .containsExactly(
            new SequenceCounts("code", "test", 2, 4, 22),
            new SequenceCounts("code", "train", 3, 6, 33),
            new SequenceCounts(LEGAL, "train", 4, 8, 44));
  }

  @Test
  void anOlderVersionIsReadAfterANewerOneWasWritten() {
    write(table.dataset(rows("code", "train", 3)), 0);
    write(table.dataset(rows("code", "train", 5)), 0);

    assertThat(ids(0, "code", "train")).hasSize(3);
    assertThat(ids(1, "code", "train")).hasSize(5);
  }

  @Test
  void aMissingWindowIsNoticed() {
    var rows = new ArrayList<>(rows("code", "train", 5));
    rows.remove(2);
    write(table.dataset(rows).coalesce(1).sort("sequence_id"), 0);

    assertThatThrownBy(() -> ids(0, "code", "train"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("should go on with sequence_id 2 but has 3");
  }

  @Test
  void aVersionThatIsNotThereIsRefused() {
    write(table.dataset(rows("code", "train", 1)), 0);

    assertThatThrownBy(() -> open(7))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("at version 7");
    assertThatThrownBy(
            () -> PinnedSequences.open(folder.resolve("nothing").toString(), 0, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("nothing");
  }

  private void write(Dataset<Row> rows, int rowsPerFile) {
    var spark = LocalSpark.session();
    spark.conf().set("spark.sql.files.maxRecordsPerFile", rowsPerFile);
    try {
      table.overwrite(rows.coalesce(1).sortWithinPartitions("sequence_id"), "f", "");
    } finally {
      spark.conf().unset("spark.sql.files.maxRecordsPerFile");
    }
  }

  private PinnedSequences open(long version) {
    return PinnedSequences.open(
        folder.toUri().toString(), version, DeltaSession.hadoopSettings(LocalSpark.session()));
  }

  private List<Long> ids(long version, String domain, String split) {
    List<Long> ids = new ArrayList<>();
    open(version).forEach(domain, split, sequence -> ids.add(sequence.sequenceId()));
    return ids;
  }

  private static List<PackedSequenceRow> rows(String domain, String split, int count) {
    return LongStream.range(0, count)
        .mapToObj(id -> new PackedSequenceRow(domain, split, id, tokens(id), 3, 11))
        .toList();
  }

  private static byte[] tokens(long id) {
    byte[] tokens = new byte[8];
    Arrays.fill(tokens, (byte) id);
    return tokens;
  }
}
