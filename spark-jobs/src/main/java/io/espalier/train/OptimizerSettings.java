package io.espalier.train;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter 2019) and clipping of the global norm.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay per update and unit of learning rate; not on LayerNorms and biases
 * @param gradientClipNorm the largest global gradient norm, to which longer gradients are scaled; 0
 *     = no clipping
 */
public record OptimizerSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double gradientClipNorm)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public OptimizerSettings {
    belowOne("beta1", beta1, 0.9);
    belowOne("beta2", beta2, 0.95);
    Rule.positive("epsilon", epsilon);
    Rule.notNegative("weight_decay", weightDecay);
    Rule.notNegative("gradient_clip_norm", gradientClipNorm);
  }

  private static void belowOne(String key, double beta, double works) {
    if (!(beta >= 0 && beta < 1)) {
      throw new ConfigException(
          "%s is %s but must be at least 0 and below 1; %s would work".formatted(key, beta, works));
    }
  }
}
