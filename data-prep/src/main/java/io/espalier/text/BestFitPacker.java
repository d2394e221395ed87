package io.espalier.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lays documents into windows so that none is cut that fits into one ({@link BestFit}).
 *
 * <p>A document is followed by its end-of-text in the same window, so every window but the inner
 * ones of long documents begins with an end-of-text that is only read, and ends with one; the rest
 * of it is padding. The last end-of-text of the stream is left out, so that as many tokens are
 * predicted as by {@link SequencePacker}.
 *
 * <p>Looks at some four million tokens at a time, 32 MB: thousands of windows, among which nearly
 * every gap finds a document. Not thread-safe.
 */
public final class BestFitPacker implements Packer {
  private static final int PART_TOKENS = 1 << 22;

  private final PackingSettings settings;
  private final int endOfTextId;
  private final Consumer<PackedSequence> windows;
  private final long partTokens;
  private final List<int[]> partIds = new ArrayList<>();
  private final List<int[]> partBytes = new ArrayList<>();
  private long tokensInPart;

  private int[] window;
  private int filled;
  private int windowBytes;

  /** The newest window: it may be the last, which ends before its end-of-text. */
  private @Nullable PackedSequence newest;

  private long documents;
  private long tokens;
  private long bytes;
  private long sequences;
  private long predicted;
  private long documentsCut;
  private boolean finished;

  public BestFitPacker(
      PackingSettings settings, int endOfTextId, Consumer<PackedSequence> windows) {
    this(settings, endOfTextId, windows, PART_TOKENS);
  }

  /**
   * @param partTokens tokens after which the documents so far are laid out
   */
  BestFitPacker(
      PackingSettings settings, int endOfTextId, Consumer<PackedSequence> windows, int partTokens) {
    this.settings = settings;
    this.endOfTextId = endOfTextId;
    this.windows = windows;
    this.partTokens = Math.max(partTokens, 4L * settings.sequenceLengthTokens());
    this.window = new int[settings.sequenceLengthTokens() + 1];
    beginWindow(endOfTextId);
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
    partIds.add(ids);
    partBytes.add(bytesPerToken);
    tokensInPart += ids.length;
    if (tokensInPart >= partTokens) {
      layOut();
    }
  }

  @Override
  public PackingCounts finish() {
    layOut();
    finished = true;
    if (newest != null) {
      PackedSequence last =
          new PackedSequence(
              newest.sequenceId(), newest.tokens(), newest.tokenCount() - 1, newest.bytes());
      newest = null;
      if (last.tokenCount() > 1) {
        emit(last);
      }
    }
    long padding = sequences * settings.sequenceLengthTokens() - predicted;
    return new PackingCounts(
        documents, tokens, bytes, sequences, predicted, padding, 0, 0, documentsCut);
  }

  private void layOut() {
    int[] sizes = partIds.stream().mapToInt(ids -> ids.length + 1).toArray();
    for (IntList group : BestFit.groups(sizes, settings.sequenceLengthTokens())) {
      for (int i = 0; i < group.size(); i++) {
        append(partIds.get(group.get(i)), partBytes.get(group.get(i)));
      }
      pad();
    }
    partIds.clear();
    partBytes.clear();
    tokensInPart = 0;
  }

  private void append(int[] ids, int[] bytesPerToken) {
    for (int i = 0; i < ids.length; i++) {
      append(ids[i], bytesPerToken[i]);
      bytes += bytesPerToken[i];
    }
    append(endOfTextId, 0);
    documents++;
    tokens += ids.length;
    documentsCut += ids.length > settings.sequenceLengthTokens() ? 1 : 0;
  }

  private void append(int id, int idBytes) {
    window[filled++] = id;
    windowBytes += idBytes;
    if (filled == window.length) {
      endWindow();
    }
  }

  private void pad() {
    if (filled > 1) {
      Arrays.fill(window, filled, window.length, endOfTextId);
      endWindow();
    }
  }

  private void endWindow() {
    if (newest != null) {
      emit(newest);
    }
    int last = window[filled - 1];
    newest = new PackedSequence(sequences, window, filled, windowBytes);
    window = new int[window.length];
    beginWindow(last);
  }

  private void beginWindow(int token) {
    window[0] = token;
    filled = 1;
    windowBytes = 0;
  }

  private void emit(PackedSequence made) {
    windows.accept(made);
    sequences++;
    predicted += made.tokenCount() - 1;
  }
}
