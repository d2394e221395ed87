package io.espalier.model;

import io.espalier.comm.Communicator;
import io.espalier.comm.HostMemory;
import io.espalier.comm.Memory;
import io.espalier.model.OptimizerShare.Piece;
import io.espalier.model.OptimizerShare.Stretch;
import io.espalier.torch.FlatLayout;
import io.espalier.torch.FlatTensor;
import io.espalier.torch.Precision;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Function;

/**
 * What data-parallel ranks that divide the optimizer exchange: each holds its {@link
 * OptimizerShare} of the moments, gets the sum of its share of the gradient alone, and hands the
 * weights that it updated to the others. All ranks make the same calls in the same order. Not
 * thread-safe.
 */
final class DividedOptimizer {
  private final Communicator data;
  private final Precision precision;
  private final OptimizerShare share;

  DividedOptimizer(Communicator data, Precision precision, OptimizerShare share) {
    this.data = data;
    this.precision = precision;
    this.share = share;
  }

  /** Room for this rank's share of one kind of moments, a part per stretch. */
  FlatTensor moments(TensorScope scope) {
    List<List<Long>> shapes =
        share.own().stream().map(stretch -> List.of(stretch.elements())).toList();
    return FlatTensor.zeros(scope, precision, FlatLayout.of(precision, shapes));
  }

  /** Views of this rank's shares of a flat buffer, one per stretch. */
  List<Tensor> own(FlatTensor flat) {
    return views(flat, share.own());
  }

  /** Views of a parameter's elements that this rank updates. */
  List<Tensor> own(FlatTensor flat, long first, long count) {
    return own(first, count).stream()
        .map(piece -> flat.elements(first + piece.inRange(), piece.elements()))
        .toList();
  }

  /** What this rank has of the elements of a parameter. */
  List<Piece> own(long first, long count) {
    return share.pieces(first, count).stream()
        .filter(piece -> piece.owner() == share.rank())
        .toList();
  }

  /** What leaves this rank with the sum of its share, one call per stretch of the gradient. */
  List<Runnable> sums(FlatTensor gradients) {
    return views(gradients, share.stretches()).stream()
        .map(stretch -> TensorMemory.of(stretch, precision))
        .<Runnable>map(stretch -> () -> data.reduceScatter(stretch, own(stretch)))
        .toList();
  }

  /** Hands the weights that this rank updated to the others, and takes theirs. */
  void shareWeights(FlatTensor weights) {
    for (Tensor view : views(weights, share.stretches())) {
      try (view) {
        Memory stretch = TensorMemory.of(view, precision);
        data.allGather(own(stretch), stretch);
      }
    }
  }

  private Memory own(Memory stretch) {
    long elements = stretch.elements() / share.ranks();
    return stretch.slice(share.rank() * elements, elements);
  }

  /**
   * A parameter's moments from the ranks that have them: a copy.
   *
   * @param first element of the parameter in the flat buffers
   */
  ByteBuffer gatherMoments(FlatTensor own, long first, long count) {
    return gather(first, count, p -> own.elements(p.stretch(), p.inShare(), p.elements()));
  }

  /** The same of the gradient, whose sum a rank has at its share of all elements. */
  ByteBuffer gatherGradient(FlatTensor gradient, long first, long count) {
    return gather(first, count, p -> gradient.elements(first + p.inRange(), p.elements()));
  }

  private ByteBuffer gather(long first, long count, Function<Piece, Tensor> own) {
    int width = precision.bytesPerElement();
    ByteBuffer all = Collectives.direct(Math.toIntExact(count * width));
    for (Piece piece : share.pieces(first, count)) {
      ByteBuffer part = part(all, piece.inRange(), piece.elements());
      if (piece.owner() == share.rank()) {
        try (Tensor mine = own.apply(piece)) {
          part.duplicate().put(mine.bytes());
        }
      }
      data.broadcast(HostMemory.of(part, TensorMemory.type(precision)), piece.owner());
    }
    return all;
  }

  private ByteBuffer part(ByteBuffer all, long first, long elements) {
    int width = precision.bytesPerElement();
    int from = all.position() + Math.toIntExact(first * width);
    return all.slice(from, Math.toIntExact(elements * width)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<Tensor> views(FlatTensor flat, List<Stretch> stretches) {
    return stretches.stream().map(s -> flat.elements(s.first(), s.elements())).toList();
  }
}
