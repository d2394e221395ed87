package io.espalier.model;

/**
 * The numbers of one optimizer update (AdamW, Loshchilov and Hutter 2019: weight decay outside the
 * gradient).
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment
 * @param weightDecay per unit of learning rate, applied to parameters that are {@link
 *     ParameterSpec#decayed}
 * @param clipNorm the gradient is scaled down to this global Euclidean norm; 0 = no clipping
 * @param learningRate of this update
 * @param stepNumber 1-based number of this update since the moments were zero
 */
public record AdamWStep(
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clipNorm,
    double learningRate,
    long stepNumber) {
  public AdamWStep {
    if (stepNumber < 1) {
      throw new IllegalArgumentException("stepNumber is %d but starts at 1".formatted(stepNumber));
    }
  }
}
