package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.SourceSettings;
import io.espalier.prep.TrainTokenizer;
import io.espalier.torch.TorchRuntime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * What can be known to be wrong before a run does anything: refused with a {@link ConfigException}
 * of one sentence, within seconds, with nothing written.
 */
final class Preflight {
  private Preflight() {}

  /** The run's folder: reachable, with room, of this experiment or new. */
  static void checkFolder(Experiment experiment, Configuration configuration) {
    ReachableStorage.check("output", experiment.paths().root(), configuration);
    RunFolder.check(experiment, configuration);
  }

  /** The device, where this process is the one that computes. */
  static void checkDevice(ExperimentSettings settings) {
    try {
      TorchRuntime.device(settings.training().device());
    } catch (ConfigException e) {
      throw new ConfigException("training." + e.getMessage(), e);
    }
  }

  /** The text, and a tokenizer that is given. */
  static PreparationPlan checkText(ExperimentSettings settings, Configuration configuration) {
    checkReachable("training", settings.data().training(), configuration);
    checkReachable("evaluation", settings.data().evaluation(), configuration);
    ReachableStorage.check("tokenizer.path", settings.tokenizer().path(), configuration);
    TrainTokenizer.given(configuration, settings.tokenizer());
    return PreparationPlan.of(configuration, settings.data(), settings.seed());
  }

  private static void checkReachable(
      String role, List<SourceSettings> sources, Configuration configuration) {
    for (int i = 0; i < sources.size(); i++) {
      String key = "data.%s[%d].path".formatted(role, i);
      ReachableStorage.check(key, sources.get(i).path(), configuration);
    }
  }
}
