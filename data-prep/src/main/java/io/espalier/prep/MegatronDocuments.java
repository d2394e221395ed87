package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.megatron.DocumentReader;
import io.espalier.prep.EncodedDocuments.EncodedRow;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Documents that come as tokens: they pass by cleaning, filters and deduplication, keep their ids
 * and their order, and meet the encoded text in the packer. One without any token is rejected.
 */
final class MegatronDocuments {
  static final String STAGE = "megatron";

  private MegatronDocuments() {}

  /** The documents of all corpora, with the columns of {@link EncodedRow}. */
  static JavaRDD<Row> rows(
      SparkSession spark,
      PreparationPlan plan,
      PreparedDocuments text,
      Broadcast<TokenizerFile> tokenizer) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> settings =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    List<MegatronTask> tasks =
        plan.megatron().stream()
            .flatMap(source -> MegatronTask.of(source, role(source, plan, text)).stream())
            .toList();
    JavaRDD<Row> rows =
        context
            .parallelize(tasks, Math.max(1, tasks.size()))
            .flatMap(task -> rows(task, settings.value().value(), tokenizer.value()));
    Column divided = SplitPlan.byHash(plan.settings(), plan.seed()).column();
    return spark
        .createDataFrame(rows, RecordRows.schema(EncodedRow.class))
        .withColumn("split", when(col("split").equalTo(""), divided).otherwise(col("split")))
        .javaRDD();
  }

  /**
   * Refuses domains that are trained on here and evaluated on there.
   *
   * @throws ConfigException with the domain
   */
  static void checkRoles(PreparationPlan plan, PreparedDocuments text) {
    Set<String> evaluated = Set.copyOf(text.domains(Role.EVALUATION));
    for (MegatronSource source : plan.megatron()) {
      if (source.split().trains() && evaluated.contains(source.domain())) {
        throw new ConfigException(
            "%s trains on the domain %s, which data.evaluation has too; a domain is either trained on or evaluated on"
                .formatted(source.key(), source.domain()));
      }
    }
  }

  /**
   * Refuses domains without a split that the configuration needs.
   *
   * @throws ConfigException with domain and split
   */
  static void checkSplits(PreparationPlan plan, PreparedDocuments text, List<StreamTotals> found) {
    SplitPlan splits = SplitPlan.byHash(plan.settings(), plan.seed());
    for (MegatronSource source : plan.megatron()) {
      Set<String> there =
          found.stream()
              .filter(stream -> stream.domain().equals(source.domain()))
              .map(StreamTotals::split)
              .collect(Collectors.toSet());
      for (String needed : splits.required(role(source, plan, text))) {
        if (!there.contains(needed)) {
          throw new ConfigException(
              "%s has the domain %s, which has no document in the split %s; another corpus of it with split: %s, or more documents with split: divided, would work"
                  .formatted(source.key(), source.domain(), needed, needed));
        }
      }
    }
  }

  /**
   * Puts the rejected documents into their table, in the place of an earlier attempt's.
   *
   * @return what was read, kept and rejected
   */
  static String record(
      SparkSession spark, PreparationPlan plan, Dataset<Row> encoded, RunPaths paths) {
    StageCounts counts = counts(plan, encoded);
    Table.at(spark, TableSchema.REJECTIONS, paths.table("rejections"))
        .replace(rejections(encoded), Map.of("stage", STAGE));
    return counts.toString();
  }

  /** Holds what was read against what the corpora say they have. */
  private static StageCounts counts(PreparationPlan plan, Dataset<Row> encoded) {
    long read = encoded.where(tokenised()).count();
    long empty = empty(encoded).count();
    long documents = plan.megatron().stream().mapToLong(s -> s.corpus().documents()).sum();
    if (read != documents) {
      throw new IllegalStateException(
          "The corpora have %d documents but %d were read".formatted(documents, read));
    }
    var rejected = new TreeMap<String, Long>();
    if (empty > 0) {
      rejected.put("no_token", empty);
    }
    return new StageCounts(STAGE, read, read - empty, rejected);
  }

  /** Documents without a token, as the table {@code rejections} has them. */
  private static Dataset<Row> rejections(Dataset<Row> encoded) {
    return empty(encoded)
        .select(
            col("id"),
            col("corpus").as("source"),
            concat(col("corpus"), lit(".idx")).as("file"),
            pmod(col("place"), lit(MegatronTask.PLACES)).plus(1).as("record"),
            col("role"),
            lit(STAGE).as("stage"),
            lit("no_token").as("reason"),
            lit("the document has no token but end-of-text").as("detail"),
            lit("").as("text"),
            lit(new byte[0]).as("raw"));
  }

  private static Dataset<Row> empty(Dataset<Row> encoded) {
    return encoded.where(tokenised()).where(length(col("tokens")).equalTo(0));
  }

  private static Column tokenised() {
    return not(col("corpus").equalTo(""));
  }

  /** A domain is trained on if any text or corpus of it is. */
  private static Role role(MegatronSource source, PreparationPlan plan, PreparedDocuments text) {
    boolean trained =
        text.domains(Role.TRAINING).contains(source.domain())
            || plan.megatronDomains(Role.TRAINING).contains(source.domain());
    return trained ? Role.TRAINING : Role.EVALUATION;
  }

  private static Iterator<Row> rows(
      MegatronTask task, Configuration configuration, TokenizerFile file) {
    Tokenizer tokenizer = Tokenizer.open(file);
    DocumentReader documents = task.open(configuration);
    TaskCompletionListener closing =
        context -> {
          documents.close();
          tokenizer.close();
        };
    TaskContext.get().addTaskCompletionListener(closing);
    Iterator<EncodedRow> rows = task.rows(documents, tokenizer);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return RecordRows.toRow(rows.next());
      }
    };
  }
}
