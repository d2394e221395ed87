package io.espalier.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A rank's part of a parameter: its shape, and where its elements lie in the whole.
 *
 * @param shape of the slice, padding included
 * @param runs stretches that are contiguous in both, one behind the other in the slice; what the
 *     last one leaves is padding
 */
record ParameterSlice(List<Long> shape, List<Run> runs) {
  ParameterSlice {
    shape = List.copyOf(shape);
    runs = List.copyOf(runs);
  }

  /**
   * Elements that lie together.
   *
   * @param whole row-major index of the first in the whole parameter
   * @param slice the same in the slice
   */
  record Run(long whole, long slice, long elements) {}

  /** Everything. */
  static ParameterSlice whole(List<Long> shape) {
    return new ParameterSlice(shape, List.of(new Run(0, 0, product(shape))));
  }

  /**
   * A range of rows.
   *
   * @param count rows that exist
   * @param rows of the slice; those beyond {@code count} are padding
   */
  static ParameterSlice rows(List<Long> shape, long first, long count, long rows) {
    long width = product(shape.subList(1, shape.size()));
    List<Long> sliced = new ArrayList<>(shape);
    sliced.set(0, rows);
    return new ParameterSlice(
        sliced, count == 0 ? List.of() : List.of(new Run(first * width, 0, count * width)));
  }

  /** In each of some equal groups of columns, the range of a rank. */
  static ParameterSlice columns(List<Long> shape, int groups, int rank, int ranks) {
    int last = shape.size() - 1;
    long group = divided(shape, shape.get(last), groups);
    long part = divided(shape, group, ranks);
    List<Long> sliced = new ArrayList<>(shape);
    sliced.set(last, part * groups);
    if (ranks == 1) {
      return whole(shape);
    }
    List<Run> runs = new ArrayList<>();
    long groupsInAll = product(shape) / group;
    for (long g = 0; g < groupsInAll; g++) {
      runs.add(new Run(g * group + rank * part, g * part, part));
    }
    return new ParameterSlice(sliced, runs);
  }

  static long divided(List<Long> shape, long length, int parts) {
    if (length % parts != 0) {
      throw new IllegalArgumentException(
          "%d of a parameter of shape %s can't be divided by %d".formatted(length, shape, parts));
    }
    return length / parts;
  }

  /** The first row of the whole that is here. */
  long firstRow() {
    return runs.isEmpty() ? 0 : runs.get(0).whole / width();
  }

  /** Rows that aren't padding, of a slice of rows. */
  long rows() {
    return runs.stream().mapToLong(Run::elements).sum() / width();
  }

  private long width() {
    return product(shape.subList(1, shape.size()));
  }

  /** What the elements {@code [first, first + count)} of the slice have of its runs. */
  List<Run> within(long first, long count) {
    List<Run> clipped = new ArrayList<>();
    for (Run run : runs) {
      long from = Math.max(first, run.slice);
      long to = Math.min(first + count, run.slice + run.elements);
      if (from < to) {
        clipped.add(new Run(run.whole + from - run.slice, from, to - from));
      }
    }
    return clipped;
  }

  /** Copies this slice to where it belongs in the whole parameter. */
  void paste(ByteBuffer slice, ByteBuffer whole, int bytesPerElement) {
    for (Run run : runs) {
      whole.put(
          whole.position() + Math.toIntExact(run.whole * bytesPerElement),
          slice,
          slice.position() + Math.toIntExact(run.slice * bytesPerElement),
          Math.toIntExact(run.elements * bytesPerElement));
    }
  }

  private static long product(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
