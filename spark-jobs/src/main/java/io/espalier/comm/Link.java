package io.espalier.comm;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection with one other rank of a group, and what a call still has to send and to receive
 * over it. Each side starts a call with a header that says which call it is; what follows is known
 * from the call. For one thread.
 */
final class Link {
  private static final int HEADER_BYTES = 32;
  private static final int MAGIC = 0x45535031;
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** What messages call the other rank: its number in the family's first group. */
  final int name;

  private final Wire wire;
  private final SelectionKey key;
  private final ByteBuffer sentHeader = header();
  private final ByteBuffer receivedHeader = header();
  private final ByteBuffer[] outgoing = {sentHeader, NOTHING, NOTHING};
  private final ByteBuffer[] incoming = {receivedHeader, NOTHING};
  private boolean headerChecked;
  private boolean flushed = true;

  Link(int name, Wire wire, Selector selector) throws IOException {
    this.name = name;
    this.wire = wire;
    this.key = wire.channel().register(selector, 0);
    sentHeader.position(HEADER_BYTES);
    receivedHeader.position(HEADER_BYTES);
  }

  /**
   * Starts a call.
   *
   * @param sends whether there is a header to send
   * @param receives whether there is a header to receive
   */
  void begin(Call call, boolean sends, boolean receives) {
    outgoing[1] = NOTHING;
    outgoing[2] = NOTHING;
    incoming[1] = NOTHING;
    if (sends) {
      write(call);
    }
    headerChecked = !receives;
    if (receives) {
      receivedHeader.clear();
    }
  }

  /** The elements to send first, from a buffer's position to its limit. */
  void send(ByteBuffer elements) {
    outgoing[1] = elements;
  }

  /** The elements to send then; the caller raises the limit as they become ready. */
  void sendThen(ByteBuffer elements) {
    outgoing[2] = elements;
  }

  /** Where the next elements go, from a buffer's position to its limit. */
  void receive(ByteBuffer elements) {
    incoming[1] = elements;
  }

  /** Sends what can be sent; returns whether anything moved. */
  boolean push() throws IOException {
    if (!hasToSend()) {
      return false;
    }
    long bytes = hasUnsentBytes() ? wire.write(outgoing) : 0;
    flushed = wire.flush();
    return bytes > 0;
  }

  /** Receives what has come; returns whether anything moved. */
  boolean pull() throws IOException {
    if (!hasToReceive()) {
      return false;
    }
    long bytes = wire.read(incoming);
    if (bytes < 0) {
      throw new EOFException();
    }
    return bytes > 0;
  }

  boolean hasToSend() {
    return hasUnsentBytes() || !flushed;
  }

  private boolean hasUnsentBytes() {
    return outgoing[0].hasRemaining() || outgoing[1].hasRemaining() || outgoing[2].hasRemaining();
  }

  boolean hasToReceive() {
    return receivedHeader.hasRemaining() || incoming[1].hasRemaining();
  }

  /** The other rank's call, once, as soon as it is known. */
  @Nullable Call headerToCheck() {
    if (headerChecked || receivedHeader.hasRemaining()) {
      return null;
    }
    headerChecked = true;
    return parse();
  }

  /** Waits, at the next selection, for what is missing. */
  void await() {
    int operations =
        (hasToSend() ? SelectionKey.OP_WRITE : 0) | (hasToReceive() ? SelectionKey.OP_READ : 0);
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  void close() throws IOException {
    wire.channel().close();
  }

  private static ByteBuffer header() {
    return ByteBuffer.allocateDirect(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(Call call) {
    sentHeader
        .clear()
        .putInt(MAGIC)
        .put((byte) call.kind().code())
        .put((byte) call.type().code())
        .putShort((short) 0)
        .putLong(call.number())
        .putLong(call.elements())
        .putInt(call.root())
        .putInt(0)
        .flip();
  }

  private Call parse() {
    Optional<ElementType> type = ElementType.of(receivedHeader.get(5));
    boolean known = receivedHeader.getInt(0) == MAGIC && type.isPresent();
    return new Call(
        receivedHeader.getLong(8),
        known ? Call.Kind.of(receivedHeader.get(4)) : Call.Kind.UNKNOWN,
        type.orElse(ElementType.INT64),
        receivedHeader.getLong(16),
        receivedHeader.getInt(24));
  }
}
