package io.espalier.text;

import java.util.function.Consumer;

/**
 * Lays the documents of one stream into windows.
 *
 * <p>Whatever the method, a window begins with the last real token of the one before it, where it
 * is only read; the first begins with end-of-text. So the predicted tokens of all windows are the
 * documents one after the other with end-of-text between them, each token once, and which document
 * a token belongs to can be told by counting end-of-text.
 *
 * <p>Not thread-safe: one packer per stream.
 */
public sealed interface Packer permits SequencePacker, BestFitPacker {

  /**
   * A packer for the settings.
   *
   * @param windows receives windows as they are made; owns their arrays
   */
  static Packer of(PackingSettings settings, int endOfTextId, Consumer<PackedSequence> windows) {
    return switch (settings.method()) {
      case CONCATENATE -> new SequencePacker(settings, endOfTextId, windows);
      case BEST_FIT -> new BestFitPacker(settings, endOfTextId, windows);
    };
  }

  /**
   * Appends one document; one without tokens leaves no trace.
   *
   * @param ids its tokens, without end-of-text; the packer may keep the array
   * @param bytesPerToken the UTF-8 bytes that each of them stands for
   */
  void add(int[] ids, int[] bytesPerToken);

  /** Makes the windows that are left; nothing can be added afterwards. */
  PackingCounts finish();
}
