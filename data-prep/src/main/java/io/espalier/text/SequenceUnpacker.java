package io.espalier.text;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Takes windows apart again: what {@link SequencePacker} joined, as documents that end with
 * end-of-text.
 *
 * <p>Holds one document at a time. Not thread-safe: one unpacker per stream.
 */
public final class SequenceUnpacker {

  /** Takes one document after another. */
  @FunctionalInterface
  public interface Sink {

    /** Takes {@code ids[0]} to {@code ids[count - 1]}; the array is used again afterwards. */
    void accept(int[] ids, int count) throws IOException;
  }

  private final int endOfTextId;
  private final Sink documents;
  private int[] document = new int[1024];
  private int count;
  private int last;
  private long sequences;

  public SequenceUnpacker(int endOfTextId, Sink documents) {
    this.endOfTextId = endOfTextId;
    this.documents = documents;
    this.last = endOfTextId;
  }

  /**
   * Takes the next window.
   *
   * @param tokenCount ids that are real
   * @throws FormatException if it doesn't begin with the token that the one before ended with
   */
  public void add(int[] window, int tokenCount) throws IOException {
    if (tokenCount < 1 || tokenCount > window.length || window[0] != last) {
      throw new FormatException(
          "Sequence %d has %d real tokens of %d and begins with token %d, where %d must be repeated"
              .formatted(
                  sequences, tokenCount, window.length, window.length == 0 ? -1 : window[0], last));
    }
    for (int i = 1; i < tokenCount; i++) {
      append(window[i]);
      if (window[i] == endOfTextId) {
        end();
      }
    }
    last = window[tokenCount - 1];
    sequences++;
  }

  /**
   * Hands on what is left, after which nothing can be added.
   *
   * @param remainder under {@link Remainder#PAD} the last document is whole and ends with
   *     end-of-text as well; under {@link Remainder#DROP} it may be cut and ends as it is
   */
  public void finish(Remainder remainder) throws IOException {
    if (sequences > 0 && remainder == Remainder.PAD) {
      append(endOfTextId);
    }
    if (count > 0) {
      end();
    }
  }

  private void append(int id) {
    if (count == document.length) {
      document = Arrays.copyOf(document, Math.multiplyExact(count, 2));
    }
    document[count++] = id;
  }

  private void end() throws IOException {
    documents.accept(document, count);
    count = 0;
  }
}
