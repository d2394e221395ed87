package io.espalier.job;

import io.espalier.config.FormatException;
import io.espalier.evaluate.EvaluatedSplit;
import io.espalier.evaluate.ScoredModel;
import io.espalier.evaluate.SequenceScores;
import io.espalier.forest.PrecedingText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Rows of windows and scores, sorted by domain, split, sequence and model, put together to one
 * {@link SequenceScores} per sequence that was scored. For one thread.
 */
final class SequenceRows {
  private final Iterator<Row> rows;
  private final List<ScoredModel> models;
  private final EvaluateForest.SequenceLayout layout;
  private final Optional<ClusterText> clusters;
  private @Nullable Row row;
  private @Nullable Sequence next;

  /** Whether a document ended in windows that nobody scored since the last that someone did. */
  private boolean endedBetween;

  private record Sequence(
      String domain, String split, List<ScoredModel> models, SequenceScores scores) {}

  /** What the sequence scored last says to the next one of its domain and split. */
  private PrecedingText preceding = PrecedingText.NONE;

  private String precedingOf = "";

  SequenceRows(
      Iterator<Row> rows,
      List<ScoredModel> models,
      EvaluateForest.SequenceLayout layout,
      Optional<ClusterText> clusters) {
    this.clusters = clusters;
    this.rows = rows;
    this.models = models;
    this.layout = layout;
    advanceRow();
    advance();
  }

  boolean hasNext() {
    return next != null;
  }

  /** The domain of the next sequence. */
  String domain() {
    return current().domain();
  }

  /** Which models scored the next sequence, in the order of its rows. */
  List<ScoredModel> models() {
    return current().models();
  }

  /** Whether the next sequence is of this split. */
  boolean isOf(EvaluatedSplit split) {
    return next != null
        && next.domain().equals(split.domain())
        && next.split().equals(split.split());
  }

  /** The sequences of a split that come next, up to the first of another split or domain. */
  Iterator<SequenceScores> of(EvaluatedSplit split) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return isOf(split);
      }

      @Override
      public SequenceScores next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        SequenceScores scores = current().scores();
        advance();
        return scores;
      }
    };
  }

  private Sequence current() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    return next;
  }

  /** The next sequence with scores; windows that nobody scored are passed over. */
  private void advance() {
    next = null;
    while (next == null && row != null) {
      next = sequence(row);
    }
  }

  private @Nullable Sequence sequence(Row first) {
    String domain = first.getAs("domain");
    String split = first.getAs("split");
    long id = first.getAs("sequence_id");
    byte[] tokens = new byte[0];
    int bytes = 0;
    List<ScoredModel> scoredBy = new ArrayList<>();
    List<float[]> scores = new ArrayList<>();
    for (Row r = row; r != null && isOf(r, domain, split, id); r = advanceRow()) {
      int model = r.getAs("model");
      if (model == EvaluateForest.TOKENS && r.isNullAt(r.fieldIndex("packed"))) {
        endedBetween |= r.<Integer>getAs("bytes") > 0;
      } else if (model == EvaluateForest.TOKENS) {
        tokens = r.getAs("packed");
        bytes = r.getAs("bytes");
      } else {
        requireNew(models.get(model), scoredBy, domain, split, id);
        scoredBy.add(models.get(model));
        scores.add(floats(r.getAs("packed")));
      }
    }
    if (scores.isEmpty()) {
      return null;
    }
    if (tokens.length == 0) {
      throw new FormatException(
          "Sequence %d of %s %s was scored but is not in the table sequences"
              .formatted(id, domain, split));
    }
    int[] ends = layout.documentEnds(tokens, scores.get(0).length);
    if (endedBetween) {
      ends = IntStream.concat(IntStream.of(0), IntStream.of(ends)).toArray();
      endedBetween = false;
    }
    PrecedingText before =
        precedingOf.equals(domain + "/" + split) ? preceding : PrecedingText.NONE;
    remember(domain, split, tokens, scores.get(0).length + 1);
    return new Sequence(
        domain,
        split,
        scoredBy,
        new SequenceScores(id, bytes, scores.toArray(float[][]::new), ends, before));
  }

  private void remember(String domain, String split, byte[] tokens, int count) {
    clusters.ifPresent(
        text -> {
          preceding = text.of(tokens, count);
          precedingOf = domain + "/" + split;
        });
  }

  private static boolean isOf(Row row, String domain, String split, long id) {
    return id == row.<Long>getAs("sequence_id")
        && domain.equals(row.getAs("domain"))
        && split.equals(row.getAs("split"));
  }

  private static void requireNew(
      ScoredModel model, List<ScoredModel> before, String domain, String split, long id) {
    if (!before.isEmpty() && before.get(before.size() - 1).equals(model)) {
      throw new FormatException(
          "Table scores has two rows of %s for sequence %d of %s %s"
              .formatted(model.checkpoint(), id, domain, split));
    }
  }

  private @Nullable Row advanceRow() {
    row = rows.hasNext() ? rows.next() : null;
    return row;
  }

  private static float[] floats(byte[] packed) {
    float[] values = new float[packed.length / Float.BYTES];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
