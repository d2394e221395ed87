package io.espalier.comm;

import io.espalier.comm.Handshake.Hello;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** The calling side of a handshake, with a deadline on each wait. */
final class Caller {
  /** Of Unix-domain sockets; the kernel takes what it allows. TCP's grow by themselves, to more. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private Caller() {}

  /** Calls a rank. */
  static Connection call(SocketAddress address, Hello hello, byte[] secret, Deadline deadline)
      throws IOException {
    SocketChannel channel = open(address);
    try (Selector selector = Selector.open()) {
      configure(channel);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(address)) {
        await(selector, deadline);
        channel.finishConnect();
      }
      key.interestOps(SelectionKey.OP_READ);
      String transcript = prove(channel, selector, hello, secret, deadline);
      return new Connection(channel, transcript, true);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  /** Options of either end. */
  static void configure(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } else {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    }
  }

  private static String prove(
      SocketChannel channel, Selector selector, Hello hello, byte[] secret, Deadline deadline)
      throws IOException {
    byte[] helloBytes = hello.bytes(Handshake.nonce());
    channel.write(ByteBuffer.wrap(helloBytes));
    byte[] reply = read(channel, selector, Handshake.REPLY_BYTES, deadline);
    byte[] nonce = Arrays.copyOf(reply, Handshake.NONCE_BYTES);
    byte[] proof = Arrays.copyOfRange(reply, Handshake.NONCE_BYTES, reply.length);
    if (!Handshake.isEqual(proof, Handshake.listenersProof(secret, helloBytes, nonce))) {
      throw new IOException("whoever listens there doesn't know the attempt's secret");
    }
    channel.write(ByteBuffer.wrap(Handshake.callersProof(secret, helloBytes, nonce)));
    read(channel, selector, 1, deadline);
    return Handshake.transcript(helloBytes, nonce);
  }

  private static byte[] read(SocketChannel channel, Selector selector, int bytes, Deadline deadline)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("it hung up");
      }
      if (buffer.hasRemaining()) {
        await(selector, deadline);
      }
    }
    return buffer.array();
  }

  private static void await(Selector selector, Deadline deadline) throws IOException {
    selector.select(Math.max(1, deadline.leftMilliseconds()));
    selector.selectedKeys().clear();
    if (deadline.isOver()) {
      throw new IOException("no answer within %s s".formatted(deadline.seconds()));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }
}
