package io.espalier.model;

import io.espalier.model.GradientBuckets.Range;
import io.espalier.torch.FlatLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Which elements of the flat buffers each data-parallel rank updates, where ranks divide the
 * optimizer (ZeRO stage 1, Rajbhandari et al. 2020): every stretch of the gradient that is summed
 * at once is cut into equal shares, of which rank r has the r-th. A rank's shares lie one behind
 * the other in its moments. Pure.
 *
 * @param stretches in the order of the buckets
 * @param ranks that divide; 1 = nobody else
 */
record OptimizerShare(List<Stretch> stretches, int rank, int ranks) {
  OptimizerShare {
    stretches = List.copyOf(stretches);
  }

  /** Elements {@code [first, first + elements)} of the flat buffer. */
  record Stretch(long first, long elements) {}

  /**
   * What one rank has of a range of elements.
   *
   * @param stretch its number
   * @param inShare the first element within the owner's share of the stretch
   * @param inRange the same element within the range
   */
  record Piece(int stretch, int owner, long inShare, long inRange, long elements) {}

  static OptimizerShare of(FlatLayout layout, GradientBuckets buckets, int rank, int ranks) {
    List<Stretch> stretches = new ArrayList<>();
    for (Range range : buckets.buckets()) {
      long first = layout.start(range.first());
      stretches.add(new Stretch(first, layout.start(range.last()) - first));
    }
    return new OptimizerShare(stretches, rank, ranks);
  }

  /** This rank's share of each stretch. */
  List<Stretch> own() {
    return stretches.stream().map(s -> new Stretch(s.first + rank * share(s), share(s))).toList();
  }

  /** Who has what of the elements {@code [first, first + count)}. */
  List<Piece> pieces(long first, long count) {
    List<Piece> pieces = new ArrayList<>();
    for (int s = 0; s < stretches.size(); s++) {
      for (int owner = 0; owner < ranks; owner++) {
        long share = share(stretches.get(s));
        long start = stretches.get(s).first + owner * share;
        long from = Math.max(first, start);
        long to = Math.min(first + count, start + share);
        if (from < to) {
          pieces.add(new Piece(s, owner, from - start, from - first, to - from));
        }
      }
    }
    return pieces;
  }

  private long share(Stretch stretch) {
    return stretch.elements / ranks;
  }
}
