package io.espalier.comm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to and from one rank, as they are or encrypted; never blocks. For one thread. */
interface Wire {
  /** What to wait on, and to close. */
  SocketChannel channel();

  /** Fills buffers from what has come; returns how many bytes, or −1 at the end. */
  long read(ByteBuffer[] targets) throws IOException;

  /** Takes what can be sent now, or kept until {@link #flush}; returns how many bytes. */
  long write(ByteBuffer[] sources) throws IOException;

  /** Sends what was kept; returns whether all of it is sent. */
  boolean flush() throws IOException;

  /** Bytes as they are. */
  record Plain(SocketChannel channel) implements Wire {
    @Override
    public long read(ByteBuffer[] targets) throws IOException {
      return channel.read(targets);
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
      return channel.write(sources);
    }

    @Override
    public boolean flush() {
      return true;
    }
  }
}
