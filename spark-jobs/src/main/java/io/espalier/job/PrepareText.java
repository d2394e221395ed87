package io.espalier.job;

import io.espalier.checkpoint.LeaseHeldException;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.prep.PackSequences;
import io.espalier.prep.PackedCorpus;
import io.espalier.prep.PreparationListener;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PrepareDocuments;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.TrainTokenizer;
import io.espalier.report.StageCount;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import io.espalier.text.TokenizerSettings;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Raw text to documents, tokenizer and sequences. */
final class PrepareText {
  private PrepareText() {}

  /**
   * Runs what isn't complete, and says of each stage what it kept and refused.
   *
   * @throws ConfigException if the text can't be read, can't be trained on as configured, or isn't
   *     what the folder's checkpoints were trained on
   */
  static List<StageCount> run(Run run) {
    Configuration configuration = run.spark().sessionState().newHadoopConf();
    PreparationPlan plan = Preflight.checkText(run.settings(), configuration);
    Preflight.checkBudget(run.settings(), plan);
    boolean trained = RunFolder.hasCheckpoints(run.experiment(), configuration);
    if (trained && PrepareDocuments.complete(run.spark(), plan, run.paths()).isEmpty()) {
      throw new ConfigException(
          "The text has changed since the checkpoints in %s were trained on it; espalier update takes new files; put back the files that were there, or take another --output"
              .formatted(RunPaths.shown(run.paths().root())));
    }
    RunFolder.claim(run.experiment(), configuration, run.listener()::beforeWriting);
    try {
      return prepare(run, plan);
    } catch (ConfigException e) {
      if (!trained && !(e.getCause() instanceof LeaseHeldException)) {
        RunFolder.release(run.experiment(), configuration);
      }
      throw e;
    }
  }

  private static List<StageCount> prepare(Run run, PreparationPlan plan) {
    ExperimentSettings settings = run.settings();
    PreparationListener listener = listener(run.listener());
    PreparedDocuments documents = PrepareDocuments.run(run.spark(), plan, run.paths(), listener);
    TokenizerFile tokenizer =
        TrainTokenizer.run(
            run.spark(),
            settings.tokenizer(),
            settings.packing().sequenceLengthTokens(),
            run.paths(),
            documents,
            listener);
    requireLearnt(settings.tokenizer(), tokenizer);
    PackedCorpus sequences =
        PackSequences.run(
            run.spark(), plan, settings.packing(), tokenizer, run.paths(), documents, listener);
    WriteDataReport.unlessWritten(run, plan, documents, sequences);
    RunModel.of(run).planner().experts(); // Refuses what can't be trained on.
    return counts(documents);
  }

  /** The model's size, and all that was planned with it, rests on the number that was asked for. */
  private static void requireLearnt(TokenizerSettings settings, TokenizerFile file) {
    if (!settings.trained()) {
      return;
    }
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      int learnt = tokenizer.vocabularySize();
      if (learnt < settings.vocabularySize()) {
        throw new ConfigException(
            "tokenizer.vocabulary_size is %d but only %d tokens can be learnt from the training text; %d or less, or more text, would work"
                .formatted(settings.vocabularySize(), learnt, learnt));
      }
    }
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

  /** Tells the one what the other is told. */
  static PreparationListener listener(ProgressListener to) {
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
