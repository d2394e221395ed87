package io.espalier.prep;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.ConfigException;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputListing;
import io.espalier.prep.input.RecordFormat;
import io.espalier.table.HeldRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Evaluation text that is in no domain: only what training documents are held against. */
final class Benchmarks {
  private Benchmarks() {}

  /**
   * Lists the files of {@code data.decontaminate.benchmarks}.
   *
   * @throws ConfigException if one is missing or holds no text
   */
  static List<SourcePlan> plan(Configuration configuration, DataSettings settings) {
    List<SourcePlan> plans = new ArrayList<>();
    List<String> paths = settings.decontaminate().benchmarks();
    for (int i = 0; i < paths.size(); i++) {
      String key = "data.decontaminate.benchmarks[%d]".formatted(i);
      try {
        plans.add(plan(configuration, settings, key, paths.get(i)));
      } catch (ConfigException e) {
        throw new ConfigException(
            String.valueOf(e.getMessage())
                .replaceFirst("^path", java.util.regex.Matcher.quoteReplacement(key))
                .replace(key + ".path", key)
                .replace(key + ".fields.text", "data.decontaminate.benchmark_field"),
            e);
      }
    }
    return plans;
  }

  private static SourcePlan plan(
      Configuration configuration, DataSettings settings, String key, String path) {
    SourceSettings source =
        SourceSettings.of(
            path,
            RecordFormat.AUTO,
            new FieldMapping("", settings.decontaminate().benchmarkField(), ""),
            new FixedDomainSharder("benchmark"));
    SourcePlan plan =
        new SourcePlan(key, Role.EVALUATION, source, InputListing.list(configuration, path));
    new SourceProbe(configuration, plan, settings.maximumDocumentBytes()).check();
    return plan;
  }

  /**
   * Their {@code id}, made of file and record, and {@code text}, whatever the filters say of it.
   */
  static Dataset<Row> read(SparkSession spark, PreparationPlan plan, HeldRows held) {
    PreparationPlan benchmarks =
        new PreparationPlan(plan.settings(), plan.seed(), plan.benchmarks(), List.of());
    return held.holdOnDisk(IngestedRecords.of(spark, benchmarks))
        .where(col("stage").notEqual("ingest"))
        .select("id", "text");
  }
}
