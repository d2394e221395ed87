package io.espalier.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A whole file in memory, read-only and little-endian, of any length.
 *
 * <p>Java maps at most 2 GB at once, so the file is mapped as windows that overlap by the longest
 * run that is read at once: every run lies whole in the window where it starts. Mapped pages belong
 * to the file cache: tasks on one host share them, and an interrupted task can't close them under
 * another one's feet, as it would a channel. Thread-safe: reads carry their own position.
 */
final class MappedFile {
  static final long WINDOW_BYTES = 1L << 30;

  private final ByteBuffer[] windows;
  private final long windowBytes;
  private final long bytes;

  /**
   * @param windowBytes distance between the starts of two windows
   * @param overlapBytes the longest run that is read at once
   */
  MappedFile(Path path, long windowBytes, int overlapBytes) throws IOException {
    this.windowBytes = windowBytes;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      this.bytes = channel.size();
      this.windows = new ByteBuffer[(int) -Math.floorDiv(-bytes, windowBytes)];
      for (int i = 0; i < windows.length; i++) {
        long start = i * windowBytes;
        long length = Math.min(bytes - start, windowBytes + overlapBytes);
        windows[i] =
            channel
                .map(FileChannel.MapMode.READ_ONLY, start, length)
                .order(ByteOrder.LITTLE_ENDIAN);
      }
    }
  }

  long bytes() {
    return bytes;
  }

  /** The window in which the run at {@code offset} lies whole; read it at {@link #position}. */
  ByteBuffer window(long offset) {
    return windows[(int) (offset / windowBytes)];
  }

  /** Where the run at {@code offset} starts in its window. */
  int position(long offset) {
    return (int) (offset % windowBytes);
  }

  int int32(long offset) {
    return window(offset).getInt(position(offset));
  }

  long int64(long offset) {
    return window(offset).getLong(position(offset));
  }
}
