package io.espalier.model;

import java.util.List;

/**
 * How the ranks of a tensor-parallel group share a parameter (Shoeybi et al. 2019, section 3). The
 * matrix that goes into a sublayer is split by columns, the one that comes out by rows, the
 * embedding over the vocabulary; what is added outside of sublayers is on every rank.
 */
public sealed interface Split {
  /** Every rank holds all of it. */
  Split WHOLE = new Whole();

  /** Each rank holds a range of rows (the first dimension). */
  Split ROWS = new Rows();

  /**
   * The part of one rank.
   *
   * @param shape of the whole parameter
   * @param rank of the tensor-parallel group, 0-based
   * @param ranks how many share it; divides what is split
   */
  ParameterSlice slice(List<Long> shape, int rank, int ranks);

  /** See {@link #WHOLE}. */
  record Whole() implements Split {
    @Override
    public ParameterSlice slice(List<Long> shape, int rank, int ranks) {
      return ParameterSlice.whole(shape);
    }
  }

  /** See {@link #ROWS}. */
  record Rows() implements Split {
    @Override
    public ParameterSlice slice(List<Long> shape, int rank, int ranks) {
      long rows = ParameterSlice.divided(shape, shape.get(0), ranks);
      return ParameterSlice.rows(shape, rank * rows, rows, rows);
    }
  }

  /**
   * Each rank holds a range of columns (the last dimension).
   *
   * @param groups blocks of columns that are split one by one: queries, keys and values lie side by
   *     side in one matrix, and a rank holds the same heads of each
   */
  record Columns(int groups) implements Split {
    @Override
    public ParameterSlice slice(List<Long> shape, int rank, int ranks) {
      return ParameterSlice.columns(shape, groups, rank, ranks);
    }
  }

  /**
   * Each rank holds a range of rows of the matrix filled up with zeros.
   *
   * @param multiple the number of rows on a rank is a multiple of this, for fast matrix products
   */
  record PaddedRows(int multiple) implements Split {
    @Override
    public ParameterSlice slice(List<Long> shape, int rank, int ranks) {
      if (ranks == 1) {
        return ParameterSlice.whole(shape);
      }
      long unit = (long) multiple * ranks;
      long rows = (shape.get(0) + unit - 1) / unit * multiple;
      long first = Math.min(shape.get(0), rank * rows);
      return ParameterSlice.rows(shape, first, Math.min(rows, shape.get(0) - first), rows);
    }
  }
}
