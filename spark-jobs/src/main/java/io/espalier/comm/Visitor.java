package io.espalier.comm;

import io.espalier.comm.Handshake.Hello;
import io.espalier.comm.Handshake.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has connected to this rank, until it has proved that it is a rank of the attempt. Reads
 * no byte more than the handshake has. For the hub's thread.
 */
final class Visitor {
  final SocketChannel channel;
  final Deadline deadline;

  private final int attempt;
  private final int rank;
  private final byte[] secret;
  private final byte[] nonce = Handshake.nonce();
  private final byte[] hello = new byte[Handshake.HELLO_BYTES];
  private final ByteBuffer helloBuffer = ByteBuffer.wrap(hello);
  private final ByteBuffer proof = ByteBuffer.allocate(Handshake.PROOF_BYTES);
  private @Nullable Hello claim;

  Visitor(SocketChannel channel, int attempt, int rank, byte[] secret, Deadline deadline) {
    this.channel = channel;
    this.attempt = attempt;
    this.rank = rank;
    this.secret = secret;
    this.deadline = deadline;
  }

  /**
   * Reads what there is.
   *
   * @return who it is, once that is proved
   * @throws RefusedException if it is nobody of ours
   */
  @Nullable Hello listen() throws IOException, RefusedException {
    if (claim == null) {
      read(helloBuffer);
      if (helloBuffer.hasRemaining()) {
        return null;
      }
      claim = requireOurs(Hello.parse(hello));
      byte[] myProof = Handshake.listenersProof(secret, hello, nonce);
      send(ByteBuffer.allocate(Handshake.REPLY_BYTES).put(nonce).put(myProof).flip());
    }
    read(proof);
    if (proof.hasRemaining()) {
      return null;
    }
    if (!Handshake.isEqual(proof.array(), Handshake.callersProof(secret, hello, nonce))) {
      throw new RefusedException("it doesn't know the secret of attempt " + attempt);
    }
    send(ByteBuffer.allocate(1).put(Handshake.WELCOME).flip());
    return claim;
  }

  /** As in {@link Connection}. */
  String transcript() {
    return Handshake.transcript(hello, nonce);
  }

  private Hello requireOurs(Hello hello) throws RefusedException {
    if (hello.attempt() != attempt) {
      throw new RefusedException(
          "it is of attempt %d, and this is attempt %d".formatted(hello.attempt(), attempt));
    }
    if (hello.listener() != rank || hello.caller() <= rank) {
      throw new RefusedException(
          "it says it is rank %d and calls rank %d, but this is rank %d"
              .formatted(hello.caller(), hello.listener(), rank));
    }
    return hello;
  }

  private void read(ByteBuffer buffer) throws IOException {
    if (channel.read(buffer) < 0) {
      throw new EOFException("it left before it had said who it is");
    }
  }

  /** A new connection has room for so few bytes; one that hasn't is no connection of ours. */
  private void send(ByteBuffer buffer) throws IOException, RefusedException {
    channel.write(buffer);
    if (buffer.hasRemaining()) {
      throw new RefusedException("it doesn't read");
    }
  }
}
