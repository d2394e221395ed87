package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.Role;
import io.espalier.study.StudyPlanner;
import io.espalier.study.Trial;
import io.espalier.train.DomainSequences;
import io.espalier.train.ModelSpec;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The trials of an experiment, and what all of their trainings take. */
final class StudyPlans {
  private StudyPlans() {}

  /**
   * The trials on prepared text; none where the section {@code study} asks for none.
   *
   * @throws ConfigException if one of them can't be had
   */
  static List<Trial> of(ExperimentSettings settings, RunModel model) {
    if (settings.study().isEmpty()) {
      return List.of();
    }
    return planner(settings, model.planner().domains()).trials();
  }

  private static StudyPlanner planner(ExperimentSettings settings, List<DomainSequences> domains) {
    if (settings.training().parallel().worldSize() > 1
        || settings.experts().parallel().worldSize() > 1) {
      throw new ConfigException(
          "training.parallel and experts.parallel have %d and %d ranks but trials of a study are trained by one task each; 1 would work"
              .formatted(
                  settings.training().parallel().worldSize(),
                  settings.experts().parallel().worldSize()));
    }
    return new StudyPlanner(
        settings.study(), settings.training(), settings.experts(), settings.seed(), domains);
  }

  /**
   * Refuses what can be known to be refused before anything is written: trials that can't be had,
   * and trainings that are estimated to take more than they may.
   */
  static void check(ExperimentSettings settings, Configuration configuration) {
    if (settings.study().isEmpty()) {
      throw new ConfigException(
          "study asks for no trial; study.random_split=true, for example, would work");
    }
    estimate(settings, configuration)
        .ifPresent(estimate -> estimate.requireWithin(settings.study().maximumDeviceHours()));
  }

  /**
   * What all trainings take, tried on this machine with a model of their size; nothing where only
   * the text can tell which domains there are.
   */
  static Optional<StudyEstimate> estimate(
      ExperimentSettings settings, Configuration configuration) {
    PreparationPlan text = Preflight.checkText(settings, configuration);
    int vocabulary = Preflight.vocabularySize(settings, configuration);
    Optional<List<DomainSequences>> domains =
        PlannedScoring.domains(text, Role.TRAINING).map(StudyPlans::ofAnySize);
    if (domains.isEmpty()) {
      return Optional.empty();
    }
    List<Trial> trials = planner(settings, domains.get()).trials();
    ModelSpec spec =
        new ModelSpec(settings.model(), vocabulary, settings.packing().sequenceLengthTokens());
    long parameters = CheckpointBudget.of(settings, vocabulary).parameters();
    PlanTrial tried = PlanTrial.of(spec, parameters, settings.training(), settings.scoring());
    return Optional.of(
        new StudyEstimate(
            trials,
            spec.sequenceLengthTokens(),
            tokens(settings, trials, spec),
            tried.trainingSecondsPerToken()));
  }

  private static List<DomainSequences> ofAnySize(Set<String> domains) {
    return domains.stream().sorted().map(d -> new DomainSequences(d, Integer.MAX_VALUE)).toList();
  }

  /** Target positions of every training, those of the run's own forest included. */
  private static long tokens(ExperimentSettings settings, List<Trial> trials, ModelSpec spec) {
    long perUpdate =
        (long) settings.training().globalBatchSequences() * spec.sequenceLengthTokens();
    long branch = settings.training().steps() - settings.training().seedSteps();
    return (settings.training().steps() + branch) * perUpdate
        + trials.stream()
            .flatMap(trial -> trial.plans().stream())
            .mapToLong(plan -> plan.tokens(spec.sequenceLengthTokens()))
            .sum();
  }

  /** The plans of the run's own forest. */
  static List<TrainingPlan> own(TrainingPlanner planner) {
    List<TrainingPlan> plans = new ArrayList<>();
    plans.add(planner.seed());
    plans.addAll(planner.experts());
    plans.add(planner.denseFromSeed());
    return plans;
  }
}
