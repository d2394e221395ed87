package io.espalier.bench;

import io.espalier.table.PackedSequenceRow;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table of packed sequences made of random tokens, one domain or more.
 *
 * @param path of the table, as a URI
 * @param version the Delta version that holds them
 * @param bytes of all token ids
 */
record GeneratedSequences(String path, long version, long bytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String SPLIT = "train";
  private static final int PARTITIONS = 2;
  private static final int TEXT_BYTES_PER_TOKEN = 4;

  /**
   * How much is made.
   *
   * @param domains named {@link #domain(int)}
   * @param sequences of each domain
   * @param lengthTokens targets of a sequence; it holds one token more
   * @param vocabularySize at most 65536: ids are stored as uint16
   */
  record Size(int domains, long sequences, int lengthTokens, int vocabularySize)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private int bytesPerSequence() {
      return (lengthTokens + 1) * Short.BYTES;
    }
  }

  /** The name of a domain. */
  static String domain(int number) {
    return "bench-" + number;
  }

  /** Writes the table below a folder. */
  static GeneratedSequences write(SparkSession spark, Path folder, Size size) {
    String path = folder.resolve(TableSchema.SEQUENCES.name()).toUri().toString();
    Dataset<Row> rows =
        spark
            .range(0, size.domains * size.sequences, 1, PARTITIONS)
            .map(
                (MapFunction<Long, Row>) number -> row(number, size),
                Encoders.row(RecordRows.schema(PackedSequenceRow.class)));
    TableCommit commit = Table.at(spark, TableSchema.SEQUENCES, path).overwrite(rows, "bench", "");
    return new GeneratedSequences(
        path, commit.version(), size.domains * size.sequences * size.bytesPerSequence());
  }

  private static Row row(long number, Size size) {
    return RecordRows.toRow(
        new PackedSequenceRow(
            domain((int) (number / size.sequences)),
            SPLIT,
            number % size.sequences,
            tokens(number, size),
            size.lengthTokens + 1,
            (size.lengthTokens + 1) * TEXT_BYTES_PER_TOKEN));
  }

  /**
   * Ids as skewed as those of text: the frequent ones are small, so files compress as real ones.
   */
  private static byte[] tokens(long number, Size size) {
    SplittableRandom random = new SplittableRandom(number);
    ByteBuffer out = ByteBuffer.allocate(size.bytesPerSequence()).order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining()) {
      out.putShort((short) (Math.pow(size.vocabularySize, random.nextDouble()) - 1));
    }
    return out.array();
  }
}
