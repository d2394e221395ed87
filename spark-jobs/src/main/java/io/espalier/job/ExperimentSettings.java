package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.evaluate.EnsembleSettings;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.forest.ClusterPrior;
import io.espalier.merge.MergeSettings;
import io.espalier.model.Architecture;
import io.espalier.model.ParameterSpec;
import io.espalier.prep.DataSettings;
import io.espalier.study.StudySettings;
import io.espalier.text.PackingSettings;
import io.espalier.text.TokenizerSettings;
import io.espalier.train.EqualBudget;
import io.espalier.train.ExpertSettings;
import io.espalier.train.TrainingSettings;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All sections of an experiment, each in the record of the package that uses it; {@code
 * reference.yaml} says what every key means.
 */
public record ExperimentSettings(
    String name,
    String output,
    long seed,
    DataSettings data,
    TokenizerSettings tokenizer,
    PackingSettings packing,
    Architecture model,
    TrainingSettings training,
    ExpertSettings experts,
    ScoringSettings scoring,
    List<MergeSettings> merge,
    EvaluationSettings evaluation,
    StudySettings study,
    UpdateSettings update,
    LeaseSettings lease,
    Map<String, String> hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ExperimentSettings {
    Rule.notBlank("name", name);
    if (!data.megatron().isEmpty() && tokenizer.trained()) {
      throw new ConfigException(
          "tokenizer.path is empty but data.megatron has corpora that are tokens already; the tokenizer.json that they were made with would work");
    }
    if (!study.isEmpty() && !(experts.budget() instanceof EqualBudget)) {
      throw new ConfigException(
          "experts.budget is %s but the trials of study divide their updates equally, so that nothing could be compared; type: equal would work, or an experiment without study"
              .formatted(experts.budget().name()));
    }
    if (study.unsharedSeed() && !training.initialWeights().isEmpty()) {
      throw new ConfigException(
          "study.unshared_seed is true but training.initial_weights is %s, with which all experts begin; one or the other would work"
              .formatted(training.initialWeights()));
    }
    checkClusterPriors(evaluation, data);
    checkUpdate(update, evaluation);
    merge = List.copyOf(merge);
    hadoop = Map.copyOf(hadoop);
    Set<String> names = new HashSet<>();
    for (MergeSettings each : merge) {
      if (!names.add(each.name())) {
        throw new ConfigException(
            "merge has two members named %s but each needs a name of its own"
                .formatted(each.name()));
      }
    }
    checkMerges(merge, model, training);
  }

  /** What decides whether an update is kept must be among the figures. */
  private static void checkUpdate(UpdateSettings update, EvaluationSettings evaluation) {
    List<String> names = evaluation.ensembles().stream().map(e -> "ensemble/" + e.name()).toList();
    if (!names.isEmpty() && !names.contains(update.model())) {
      throw new ConfigException(
          "update.model is %s but must be one of evaluation.ensembles: %s"
              .formatted(update.model(), String.join(", ", names)));
    }
  }

  /** Distances to centres say nothing about domains that aren't clusters. */
  private static void checkClusterPriors(EvaluationSettings evaluation, DataSettings data) {
    boolean clusters =
        data.megatron().isEmpty()
            && data.training().stream()
                .allMatch(source -> source.domain() instanceof ClusterDomainSharder);
    for (EnsembleSettings ensemble : evaluation.ensembles()) {
      if (ensemble.prior() instanceof ClusterPrior && !clusters) {
        throw new ConfigException(
            "evaluation.ensembles: the prior of %s is of type cluster but data.training has domains that are no clusters; domain: {type: cluster, clusters: 8} for all of it, or prior: {type: cached}, would work"
                .formatted(ensemble.name()));
      }
    }
  }

  /** What would otherwise be refused after hours of training. */
  private static void checkMerges(
      List<MergeSettings> merges, Architecture model, TrainingSettings training) {
    List<String> tensors = model.parameters(1, 1).stream().map(ParameterSpec::name).toList();
    for (MergeSettings each : merges) {
      each.check(tensors);
      if (each.method().needsBase() && training.seedSteps() == 0) {
        throw new ConfigException(
            "merge %s works on what experts have learnt since the seed but training.seed_share is %s, so there is no seed; method linear would work"
                .formatted(each.name(), training.seedShare()));
      }
    }
  }
}
