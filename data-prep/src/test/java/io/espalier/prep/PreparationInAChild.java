package io.espalier.prep;

import io.espalier.config.RunPaths;
import io.espalier.table.LocalSpark;
import io.espalier.text.PackingSettings;
import io.espalier.text.Remainder;
import io.espalier.text.TokenizerFile;
import io.espalier.text.TokenizerSettings;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The preparation of a folder, in a process that can be killed. */
final class PreparationInAChild {
  private PreparationInAChild() {}

  public static void main(String[] arguments) {
    run(LocalSpark.session(), Path.of(arguments[0]), RunPaths.of(arguments[1]));
  }

  /** All stages from files to windows. */
  static PackedCorpus run(SparkSession spark, Path input, RunPaths paths) {
    DataSettings settings = Corpus.settings(List.of(Corpus.source(input)), List.of());
    PreparationListener silent = PreparationListener.SILENT;
    PreparationPlan plan = PreparationPlan.of(spark.sessionState().newHadoopConf(), settings, 20);
    PreparedDocuments documents = PrepareDocuments.run(spark, plan, paths, silent);
    TokenizerFile tokenizer =
        TrainTokenizer.run(spark, new TokenizerSettings("", 280), 16, paths, documents, silent);
    return PackSequences.run(
        spark, plan, new PackingSettings(16, Remainder.PAD), tokenizer, paths, documents, silent);
  }
}
