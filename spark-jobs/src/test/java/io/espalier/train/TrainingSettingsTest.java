package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSettingsTest {
  private static final String YAML =
      """
      precision: float32
      steps: 600
      seed_share: 0.5
      seed_mixture: {type: balanced}
      initial_weights: ""
      global_batch_sequences: 16
      micro_batch_sequences: 16
      recompute: false
      parallel:
        tensor_parallel_size: 1
        data_parallel_size: 1
        sequence_parallel: false
        shard_optimizer: false
        timeout_seconds: 60
        consistency_check_steps: 0
      optimizer: {beta1: 0.9, beta2: 0.95, epsilon: 1.0e-8, weight_decay: 0.1, gradient_clip_norm: 0}
      schedule: {type: cosine, peak_learning_rate: 1.0e-3, warmup_fraction: 0.08, final_fraction: 0.0}
      stability: {spike_factor: 0, window_steps: 50, skip_steps: 0, learning_rate_factor: 1.0, maximum_rewinds: 3}
      checkpoint_steps: 100
      keep_checkpoints: 2
      metrics_steps: 10
      device: auto
      """;

  private static TrainingSettings with(String key, double value) {
    ObjectNode tree = ConfigFile.parse("test.yaml", YAML);
    tree.put(key, value);
    return ConfigFile.bind(tree, TrainingSettings.class);
  }

  @Test
  void isReadFromItsSectionOfTheExperiment() {
    TrainingSettings settings = with("steps", 601);
    assertThat(settings.seedSteps()).isEqualTo(301);
    assertThat(settings.schedule()).isEqualTo(new CosineSchedule(1e-3, 0.08, 0));
    assertThat(settings.optimizer().gradientClipNorm()).isZero();
  }

  @Test
  void refusesMicroBatchesThatDoNotFillTheGlobalBatch() {
    assertThatThrownBy(() -> with("micro_batch_sequences", 5))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "global_batch_sequences is 16 but must be divisible by micro_batch_sequences (5);"
                + " a micro-batch of 4 works");
  }

  @Test
  void aMicroBatchMayBeLargerThanTheGlobalBatch() {
    TrainingSettings settings = with("micro_batch_sequences", 64);
    GlobalBatch batch =
        new GlobalBatch(settings.globalBatchSequences(), settings.microBatchSequences());
    assertThat(batch.microSequences()).isEqualTo(16);
    assertThat(batch.accumulation()).isEqualTo(1);
  }

  @Test
  void aGlobalBatchIsWorkedThroughInMicroBatches() {
    GlobalBatch batch = new GlobalBatch(12, 4);
    assertThat(batch.accumulation()).isEqualTo(3);
    assertThat(batch.firstSample(5)).isEqualTo(60);
    assertThatThrownBy(() -> new GlobalBatch(12, 5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesASeedThatLeavesNothingForTheExperts() {
    assertThatThrownBy(() -> with("seed_share", 0.9999))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "seed_share is 0.9999 but must be at least 0 and below 1, and leave updates for the"
                + " experts out of steps (600); 0.5 would work");
    assertThatThrownBy(() -> with("seed_share", 1)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> with("seed_share", -0.1)).isInstanceOf(ConfigException.class);
  }

  @Test
  void refusesWhatIsNotPositive() {
    for (String key :
        List.of("steps", "global_batch_sequences", "checkpoint_steps", "metrics_steps")) {
      assertThatThrownBy(() -> with(key, 0))
          .isInstanceOf(ConfigException.class)
          .hasMessage(key + " is 0 but must be positive");
    }
  }

  @Test
  void refusesAnOptimizerThatForgetsNothing() {
    assertThatThrownBy(() -> new OptimizerSettings(0.9, 1, 1e-8, 0.1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("beta2 is 1.0 but must be at least 0 and below 1; 0.95 would work");
    assertThatThrownBy(() -> new OptimizerSettings(0.9, 0.95, 0, 0.1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("epsilon is 0 but must be positive");
  }

  @Test
  void refusesTwoExpertsOfOneDomain() {
    assertThatThrownBy(
            () -> new ExpertSettings(List.of("legal", "code", "legal"), 0, ParallelSettings.SERIAL))
        .isInstanceOf(ConfigException.class)
        .hasMessage("domains names legal twice but must name it once");
  }
}
