package io.espalier.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * Where tensors lie in one flat buffer, one behind the other: each starts at a multiple of 64
 * bytes, so that vector code takes the same path for it (and gives the same bits) wherever it lies.
 * Pure.
 *
 * @param shapes of the tensors
 * @param starts the first element of each, and behind them the number of elements in all
 */
public record FlatLayout(List<List<Long>> shapes, List<Long> starts) {
  private static final int ALIGNMENT_BYTES = 64;

  public FlatLayout {
    shapes = List.copyOf(shapes);
    starts = List.copyOf(starts);
  }

  /** As densely as alignment lets them. */
  public static FlatLayout of(Precision precision, List<List<Long>> shapes) {
    return of(precision, shapes, List.of(), 1);
  }

  /**
   * With stretches that can be divided.
   *
   * @param ends tensors, counted from 1, with which a stretch ends
   * @param shares equal parts, each aligned, into which every stretch can be divided
   */
  public static FlatLayout of(
      Precision precision, List<List<Long>> shapes, List<Integer> ends, int shares) {
    long unit = ALIGNMENT_BYTES / precision.bytesPerElement();
    List<Long> starts = new ArrayList<>(List.of(0L));
    long stretch = 0;
    long at = 0;
    for (int i = 0; i < shapes.size(); i++) {
      at = stretch + roundedUp(at - stretch + product(shapes.get(i)), unit);
      if (ends.contains(i + 1)) {
        at = stretch + roundedUp(at - stretch, unit * shares);
        stretch = at;
      }
      starts.add(at);
    }
    return new FlatLayout(shapes, starts);
  }

  /** The first element of a tensor; of the one behind the last, the number of elements in all. */
  public long start(int tensor) {
    return starts.get(tensor);
  }

  /** Elements of a tensor. */
  public long elements(int tensor) {
    return product(shapes.get(tensor));
  }

  /** Elements in all, gaps included. */
  public long elements() {
    return starts.get(shapes.size());
  }

  private static long roundedUp(long elements, long unit) {
    return (elements + unit - 1) / unit * unit;
  }

  private static long product(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
