package io.espalier.model;

/** What is kept for each parameter. */
public enum ParameterState {
  /** The parameter itself. */
  WEIGHTS,
  /** The sum of loss gradients since the last update. */
  GRADIENT,
  /** Adam's decaying average of the gradient. */
  FIRST_MOMENT,
  /** Adam's decaying average of the squared gradient. */
  SECOND_MOMENT
}
