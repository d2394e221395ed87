package io.espalier.model;

/**
 * What the elements of a new parameter are: a pure function of seed, parameter name and position.
 */
public sealed interface Initializer {
  /**
   * The value of one element.
   *
   * @param stream {@link NormalStream} of the parameter
   * @param element row-major index in the whole parameter, also when a rank holds a slice of it
   */
  double value(NormalStream stream, long element);

  /** Independent draws from a normal distribution around zero. */
  record Normal(double standardDeviation) implements Initializer {
    @Override
    public double value(NormalStream stream, long element) {
      return standardDeviation * stream.value(element);
    }
  }

  /** The same number everywhere. */
  record Constant(double constant) implements Initializer {
    @Override
    public double value(NormalStream stream, long element) {
      return constant;
    }
  }
}
