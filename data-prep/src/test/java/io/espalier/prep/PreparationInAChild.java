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
  /** Makes the child read the files alone, each in a commit of its own. */
  static final String FILE_BY_FILE = "file-by-file";

  private PreparationInAChild() {}

  public static void main(String[] arguments) {
    SparkSession spark = LocalSpark.session();
    Path input = Path.of(arguments[0]);
    RunPaths paths = RunPaths.of(arguments[1]);
    if (List.of(arguments).contains(FILE_BY_FILE)) {
      RecordStore.of(spark, paths, 1).read(plan(spark, input), PreparationListener.SILENT);
    } else {
      run(spark, input, paths);
    }
  }

  /** All stages from files to windows. */
  static PackedCorpus run(SparkSession spark, Path input, RunPaths paths) {
    PreparationListener silent = PreparationListener.SILENT;
    PreparationPlan plan = plan(spark, input);
    PreparedDocuments documents = PrepareDocuments.run(spark, plan, paths, silent);
    TokenizerFile tokenizer =
        TrainTokenizer.run(spark, new TokenizerSettings("", 280), 16, paths, documents, silent);
    return PackSequences.run(
        spark, plan, new PackingSettings(16, Remainder.PAD), tokenizer, paths, documents, silent);
  }

  private static PreparationPlan plan(SparkSession spark, Path input) {
    DataSettings settings = Corpus.settings(List.of(Corpus.source(input)), List.of());
    return PreparationPlan.of(spark.sessionState().newHadoopConf(), settings, 20);
  }
}
