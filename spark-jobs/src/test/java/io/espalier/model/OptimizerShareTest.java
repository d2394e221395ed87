package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.model.OptimizerShare.Piece;
import io.espalier.model.OptimizerShare.Stretch;
import io.espalier.torch.FlatLayout;
import io.espalier.torch.Precision;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every element of the flat buffers is updated by exactly one rank. */
final class OptimizerShareTest {
  private static final List<ParameterSpec> SPECS = new Gpt2(3, 24, 3).parameters(61, 10);
  private static final GradientBuckets BUCKETS = GradientBuckets.of(SPECS, 3, 1000);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void sharesAreEqualAlignedAndTogetherEverything(int ranks) {
    FlatLayout layout = layout(ranks);
    BitSet seen = new BitSet();
    long elements = 0;
    for (int rank = 0; rank < ranks; rank++) {
      for (Stretch own : OptimizerShare.of(layout, BUCKETS, rank, ranks).own()) {
        assertThat(own.first() % 16).isZero();
        assertThat(own.elements() % 16).isZero();
        seen.set((int) own.first(), (int) (own.first() + own.elements()));
        elements += own.elements();
      }
    }
    assertThat(elements).isEqualTo(layout.elements());
    assertThat(seen.cardinality()).isEqualTo((int) layout.elements());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void piecesOfAParameterAreWhereTheirOwnersHoldThem(int ranks) {
    FlatLayout layout = layout(ranks);
    for (int i = 0; i < SPECS.size(); i++) {
      BitSet seen = new BitSet();
      for (Piece piece :
          OptimizerShare.of(layout, BUCKETS, 0, ranks)
              .pieces(layout.start(i), layout.elements(i))) {
        Stretch owned =
            OptimizerShare.of(layout, BUCKETS, piece.owner(), ranks).own().get(piece.stretch());
        assertThat(owned.first() + piece.inShare()).isEqualTo(layout.start(i) + piece.inRange());
        assertThat(piece.inShare() + piece.elements()).isLessThanOrEqualTo(owned.elements());
        int first = (int) piece.inRange();
        assertThat(seen.get(first, first + (int) piece.elements()).isEmpty()).isTrue();
        seen.set(first, first + (int) piece.elements());
      }
      assertThat(seen.cardinality()).isEqualTo((int) layout.elements(i));
    }
  }

  private static FlatLayout layout(int ranks) {
    List<List<Long>> shapes = SPECS.stream().map(ParameterSpec::shape).toList();
    return FlatLayout.of(Precision.FLOAT32, shapes, BUCKETS.ends(), ranks);
  }
}
