package io.espalier.job;

import io.espalier.prep.PackSequences;
import io.espalier.prep.PreparationListener;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PrepareDocuments;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.TrainTokenizer;
import io.espalier.report.StageCount;
import io.espalier.text.TokenizerFile;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Raw text to documents, tokenizer and sequences. */
final class PrepareText {
  private PrepareText() {}

  /** Runs what isn't complete, and says of each stage what it kept and refused. */
  static List<StageCount> run(Run run) {
    ExperimentSettings settings = run.settings();
    PreparationListener listener = listener(run.listener());
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    PreparationPlan plan = PreparationPlan.of(configuration, settings.data(), settings.seed());
    RunFolder.claim(run.experiment(), configuration);
    PreparedDocuments documents = PrepareDocuments.run(run.spark(), plan, run.paths(), listener);
    TokenizerFile tokenizer =
        TrainTokenizer.run(
            run.spark(),
            settings.tokenizer(),
            settings.packing().sequenceLengthTokens(),
            run.paths(),
            documents,
            listener);
    PackSequences.run(run.spark(), settings.packing(), tokenizer, run.paths(), documents, listener);
    return counts(documents);
  }

  /** What an earlier run kept and refused; empty if the files have changed since. */
  static List<StageCount> counts(Run run) {
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    PreparationPlan plan =
        PreparationPlan.of(configuration, run.settings().data(), run.settings().seed());
    return PrepareDocuments.complete(run.spark(), plan, run.paths())
        .map(PrepareText::counts)
        .orElse(List.of());
  }

  private static List<StageCount> counts(PreparedDocuments documents) {
    return documents.stages().stream()
        .map(s -> new StageCount(s.stage(), s.read(), s.kept(), s.rejected()))
        .toList();
  }

  private static PreparationListener listener(ProgressListener to) {
    return new PreparationListener() {
      @Override
      public void stageStarted(String stage, String description) {
        to.stageStarted(stage, description);
      }

      @Override
      public void stageSkipped(String stage, String why) {
        to.stageSkipped(stage, why);
      }

      @Override
      public void stageFinished(String stage, String summary) {
        to.stageFinished(stage, summary);
      }

      @Override
      public void message(String line) {
        to.message(line);
      }
    };
  }
}
