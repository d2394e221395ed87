package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.table.RecordRows;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;

/** Every document as token ids, encoded once and kept on the executors' disks until closed. */
final class EncodedDocuments implements AutoCloseable {

  /**
   * A document without its text.
   *
   * @param place pseudo-random number that orders the documents of a stream, whatever order they
   *     were read in
   * @param corpus path of the Megatron corpus that it comes from; empty for text
   * @param tokens ids, as {@link TokenBytes} packs them
   * @param tokenBytes UTF-8 bytes of each token, 32 bits each
   * @param bytes their sum
   */
  @SuppressWarnings("ArrayRecordComponent") // packed data, compared nowhere
  record EncodedRow(
      String domain,
      String role,
      String split,
      long place,
      String id,
      String corpus,
      byte[] tokens,
      byte[] tokenBytes,
      long bytes) {}

  private final JavaRDD<Row> rows;
  private final Dataset<Row> dataset;
  private final int tokenWidth;

  private EncodedDocuments(JavaRDD<Row> rows, Dataset<Row> dataset, int tokenWidth) {
    this.rows = rows;
    this.dataset = dataset;
    this.tokenWidth = tokenWidth;
  }

  /**
   * Text is encoded, corpora of tokens are read as they are.
   *
   * @param documents rows of the table of that name
   * @param text what became of them
   * @param vocabularySize of the tokenizer
   */
  static EncodedDocuments of(
      SparkSession spark,
      PreparationPlan plan,
      Dataset<Row> documents,
      PreparedDocuments text,
      TokenizerFile tokenizer,
      int vocabularySize) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<TokenizerFile> file = context.broadcast(tokenizer);
    JavaRDD<Row> encoded = encoded(documents, file, vocabularySize);
    JavaRDD<Row> all =
        plan.megatron().isEmpty()
            ? encoded
            : encoded.union(MegatronDocuments.rows(spark, plan, text, file));
    JavaRDD<Row> rows = all.persist(StorageLevel.DISK_ONLY());
    return new EncodedDocuments(
        rows,
        spark.createDataFrame(rows, RecordRows.schema(EncodedRow.class)),
        TokenBytes.width(vocabularySize));
  }

  private static JavaRDD<Row> encoded(
      Dataset<Row> documents, Broadcast<TokenizerFile> file, int vocabularySize) {
    return documents
        .select(
            col("domain"),
            col("role"),
            col("split"),
            xxhash64(col("id")).as("place"),
            col("id"),
            col("text"),
            col("bytes"))
        .javaRDD()
        .mapPartitions(texts -> encode(texts, file.value(), vocabularySize));
  }

  /** The rows, with the columns of {@link EncodedRow}. */
  Dataset<Row> dataset() {
    return dataset;
  }

  /** What there is to pack into windows of that length, sorted by domain and split. */
  List<StreamTotals> totals(int sequenceLengthTokens) {
    Column isLong = length(col("tokens")).gt((long) sequenceLengthTokens * tokenWidth);
    return dataset
        .where(length(col("tokens")).gt(0))
        .groupBy("domain", "role", "split")
        .agg(
            count(lit(1)).as("documents"),
            sum(length(col("tokens"))).divide(tokenWidth).cast("long").as("tokens"),
            sum("bytes").as("bytes"),
            sum(isLong.cast("long")).as("long_documents"))
        .orderBy("domain", "split")
        .collectAsList()
        .stream()
        .map(row -> RecordRows.fromRow(row, StreamTotals.class))
        .toList();
  }

  @Override
  public void close() {
    rows.unpersist(false);
  }

  private static Iterator<Row> encode(Iterator<Row> texts, TokenizerFile file, int vocabularySize) {
    if (!texts.hasNext()) {
      return texts;
    }
    Tokenizer tokenizer = Tokenizer.open(file);
    TaskCompletionListener closing = context -> tokenizer.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return texts.hasNext();
      }

      @Override
      public Row next() {
        return RecordRows.toRow(row(texts.next(), tokenizer, vocabularySize));
      }
    };
  }

  private static EncodedRow row(Row document, Tokenizer tokenizer, int vocabularySize) {
    String text = document.getString(5);
    int[] ids = tokenizer.encode(text);
    return new EncodedRow(
        document.getString(0),
        document.getString(1),
        document.getString(2),
        document.getLong(3),
        document.getString(4),
        "",
        TokenBytes.pack(ids, vocabularySize),
        TokenBytes.pack(tokenizer.bytesPerToken(ids, text), Integer.MAX_VALUE),
        document.getLong(6));
  }
}
