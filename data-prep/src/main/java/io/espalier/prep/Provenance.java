package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.espalier.config.ConfigException;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputListing;
import io.espalier.prep.input.RecordFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What files beside the corpora say of single documents. They are read like text, the licence being
 * the text, so that they may have any format, packing and number of files that text may have.
 */
public final class Provenance {
  private Provenance() {}

  /**
   * The files of every source that names some, by the source's key.
   *
   * @throws ConfigException if one can't be read, or its first records lack a field
   */
  static Map<String, SourcePlan> plan(Configuration configuration, DataSettings settings) {
    Map<String, SourcePlan> plans = new LinkedHashMap<>();
    addAll(configuration, settings, Role.TRAINING, settings.training(), plans);
    addAll(configuration, settings, Role.EVALUATION, settings.evaluation(), plans);
    return plans;
  }

  private static void addAll(
      Configuration configuration,
      DataSettings settings,
      Role role,
      List<SourceSettings> sources,
      Map<String, SourcePlan> plans) {
    for (int i = 0; i < sources.size(); i++) {
      ProvenanceSettings given = sources.get(i).provenance();
      if (given.isGiven()) {
        String source = "data.%s[%d]".formatted(role, i);
        plans.put(source, plan(configuration, settings, source + ".provenance", given));
      }
    }
  }

  private static SourcePlan plan(
      Configuration configuration, DataSettings settings, String key, ProvenanceSettings given) {
    SourceSettings source =
        SourceSettings.of(
            given.path(),
            RecordFormat.AUTO,
            new FieldMapping(given.id(), given.licence(), given.url()),
            new FixedDomainSharder("provenance"));
    try {
      SourcePlan plan =
          new SourcePlan(
              key, Role.TRAINING, source, InputListing.list(configuration, given.path()));
      new SourceProbe(configuration, plan, settings.maximumDocumentBytes()).check();
      return plan;
    } catch (ConfigException e) {
      throw new ConfigException(
          String.valueOf(e.getMessage())
              .replaceFirst("^path", java.util.regex.Matcher.quoteReplacement(key + ".path"))
              .replace(key + ".fields.id", key + ".id")
              .replace(key + ".fields.source", key + ".url")
              .replace("has a text:", "has a " + given.licence() + ":")
              .replace("; \"\" means that there is none", ""),
          e);
    }
  }

  /** Stands for what is stated of the texts: the keys, and the files that they name. */
  public static String fingerprint(Configuration configuration, DataSettings settings) {
    List<Object> stated = new ArrayList<>();
    for (List<SourceSettings> sources : List.of(settings.training(), settings.evaluation())) {
      for (SourceSettings source : sources) {
        stated.add(List.of(source.licence(), source.url(), source.provenance()));
      }
    }
    plan(configuration, settings).values().forEach(plan -> stated.add(plan.files()));
    return Fingerprint.of("provenance", 1, Map.of("stated", stated));
  }

  /**
   * What is said of documents, once for each id: {@code id}, {@code licence}, {@code url} (empty
   * where nobody says). Where two files say different things of one id, the first in the order of
   * the words counts.
   */
  public static Dataset<Row> read(SparkSession spark, PreparationPlan plan) {
    Map<InputFile, SourcePlan> once = new LinkedHashMap<>();
    for (SourcePlan source : plan(spark.sessionState().newHadoopConf(), plan.settings()).values()) {
      source.files().forEach(file -> once.putIfAbsent(file, source));
    }
    List<SourcePlan> sources = new ArrayList<>();
    once.forEach(
        (file, source) ->
            sources.add(
                new SourcePlan(source.key(), source.role(), source.settings(), List.of(file))));
    PreparationPlan files =
        new PreparationPlan(asItIs(plan.settings()), plan.seed(), sources, List.of());
    return IngestedRecords.of(spark, files)
        .where(col("stage").equalTo(""))
        .withColumn(
            "url", when(col("source").equalTo(col("path")), lit("")).otherwise(col("source")))
        .groupBy("id")
        .agg(min(struct(col("text").as("licence"), col("url"))).as("said"))
        .select(col("id"), col("said.licence").as("licence"), col("said.url").as("url"));
  }

  /** A licence is no text to be edited or filtered. */
  private static DataSettings asItIs(DataSettings settings) {
    return new DataSettings(
        settings.training(),
        settings.evaluation(),
        settings.megatron(),
        settings.unicodeForm(),
        List.of(),
        settings.deduplicate(),
        settings.maximumDocumentBytes(),
        settings.maximumRejectedFraction(),
        settings.split(),
        settings.evaluationSplit());
  }
}
