package io.espalier.text;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Joins documents into one stream of tokens and cuts it into windows.
 *
 * <p>The stream is end-of-text, first document, end-of-text, second document, and so on. Windows
 * hold {@code sequenceLengthTokens + 1} tokens and overlap by one: the last token of a window is
 * the first of the next, where it is only read. So every token of every document is predicted
 * exactly once, the first of each document after an end-of-text token.
 *
 * <p>Holds one window at a time, whatever the documents' sizes.
 */
public final class SequencePacker implements Packer {
  private final PackingSettings settings;
  private final int endOfTextId;
  private final Consumer<PackedSequence> windows;

  private int[] window;
  private int filled;
  private int windowBytes;

  private long documents;
  private long tokens;
  private long bytes;
  private long sequences;
  private long predicted;
  private long documentsCut;
  private boolean finished;

  /**
   * @param windows receives each window as soon as it is full; owns its array
   */
  public SequencePacker(
      PackingSettings settings, int endOfTextId, Consumer<PackedSequence> windows) {
    this.settings = settings;
    this.endOfTextId = endOfTextId;
    this.windows = windows;
    this.window = new int[settings.sequenceLengthTokens() + 1];
  }

  @Override
  public void add(int[] ids, int[] bytesPerToken) {
    if (finished || ids.length != bytesPerToken.length) {
      throw new IllegalArgumentException(
          finished
              ? "The packer is finished"
              : "%d tokens but %d byte lengths".formatted(ids.length, bytesPerToken.length));
    }
    if (ids.length == 0) {
      return;
    }
    append(endOfTextId, 0);
    long first = sequences;
    for (int i = 0; i < ids.length; i++) {
      append(ids[i], bytesPerToken[i]);
      bytes += bytesPerToken[i];
    }
    documents++;
    tokens += ids.length;
    // Where the last token filled a window, the next one begins without anything new of it.
    documentsCut += sequences - first > (filled == 1 ? 1 : 0) ? 1 : 0;
  }

  /** Writes or drops the remainder; nothing can be added afterwards. */
  @Override
  public PackingCounts finish() {
    finished = true;
    int left = Math.max(0, filled - 1);
    boolean padded = left > 0 && settings.remainder() == Remainder.PAD;
    long padding = padded ? window.length - filled : 0;
    long dropped = padded ? 0 : left;
    long droppedBytes = padded ? 0 : windowBytes;
    if (padded) {
      Arrays.fill(window, filled, window.length, endOfTextId);
      emit();
    }
    return new PackingCounts(
        documents,
        tokens,
        bytes,
        sequences,
        predicted,
        padding,
        dropped,
        droppedBytes,
        documentsCut);
  }

  private void append(int id, int idBytes) {
    window[filled++] = id;
    windowBytes += idBytes;
    if (filled == window.length) {
      int overlap = window[filled - 1];
      emit();
      window = new int[window.length];
      window[0] = overlap;
      filled = 1;
      windowBytes = 0;
    }
  }

  private void emit() {
    windows.accept(new PackedSequence(sequences, window, filled, windowBytes));
    sequences++;
    predicted += filled - 1;
  }
}
