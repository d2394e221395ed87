package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;
import org.apache.arrow.vector.ipc.message.MessageResult;

/**
 * The messages of an Arrow stream, whose library allocates from the heap whatever length a file of
 * a few bytes states: here a message's description is looked at first. One thread at a time.
 */
final class BoundedMessages extends MessageChannelReader {
  /** Of the description of one message: thousands of columns take less. */
  private static final int MOST_DESCRIPTION_BYTES = 16 << 20;

  /** Stands before a length since version 0.15 of the format. */
  private static final int CONTINUATION = -1;

  private final InputStream stream;

  /**
   * @param in supports marks; closed by its owner
   */
  BoundedMessages(InputStream in, BufferAllocator allocator) {
    super(new ReadChannel(Channels.newChannel(in)), allocator);
    this.stream = in;
  }

  /**
   * @throws IOException also where the next message can't be one
   */
  @Override
  public MessageResult readNext() throws IOException {
    int length = nextLength();
    if (length > MOST_DESCRIPTION_BYTES) {
      throw new IOException(
          "a message's description has %d bytes, more than the %d that are read"
              .formatted(length, MOST_DESCRIPTION_BYTES));
    }
    return super.readNext();
  }

  private int nextLength() throws IOException {
    stream.mark(2 * Integer.BYTES);
    ByteBuffer first = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    stream.readNBytes(
        first.array(), 0, first.capacity()); // The stream's end is the reader's to meet.
    stream.reset();
    return first.getInt(0) == CONTINUATION ? first.getInt(Integer.BYTES) : first.getInt(0);
  }
}
