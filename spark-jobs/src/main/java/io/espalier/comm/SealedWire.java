package io.espalier.comm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes under AES-256-GCM. Records are the length of the plaintext as int, which is authenticated
 * as well, the ciphertext, and the tag of 16 bytes. Each direction of each connection has a key of
 * its own, an HMAC-SHA256 under the attempt's secret of what both ends said in the handshake; so a
 * counter is a fresh nonce for every record, and a record that is altered, left out, repeated or
 * moved to another connection doesn't open.
 *
 * <p>Why not TLS: Java can't do it with a shared secret, and offers no way to make the certificates
 * it wants instead. The secret travels by the rendezvous, whose own encryption protects it.
 */
final class SealedWire implements Wire {
  private static final int RECORD_BYTES = 64 << 10;
  private static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SocketChannel channel;
  private final Direction out;
  private final Direction in;
  private final ByteBuffer plain = ByteBuffer.allocate(RECORD_BYTES);
  private final ByteBuffer unsent =
      ByteBuffer.allocateDirect(Integer.BYTES + RECORD_BYTES + TAG_BYTES).limit(0);
  private final ByteBuffer received =
      ByteBuffer.allocateDirect(Integer.BYTES + RECORD_BYTES + TAG_BYTES);
  private final ByteBuffer opened = ByteBuffer.allocate(RECORD_BYTES).limit(0);

  private SealedWire(SocketChannel channel, Direction out, Direction in) {
    this.channel = channel;
    this.out = out;
    this.in = in;
    received.limit(Integer.BYTES);
  }

  static SealedWire of(Connection connection, byte[] secret) {
    Direction fromCaller = Direction.of("key of the caller", connection, secret);
    Direction fromListener = Direction.of("key of the listener", connection, secret);
    return connection.called()
        ? new SealedWire(connection.channel(), fromCaller, fromListener)
        : new SealedWire(connection.channel(), fromListener, fromCaller);
  }

  /** One direction's key, and how many records went that way. */
  private static final class Direction {
    private final SecretKey key;
    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    private long records;

    private Direction(SecretKey key, Cipher cipher) {
      this.key = key;
      this.cipher = cipher;
    }

    static Direction of(String label, Connection connection, byte[] secret) {
      byte[] key = Handshake.hmac(secret, label, connection.transcript().getBytes(US_ASCII));
      try {
        return new Direction(new SecretKeySpec(key, "AES"), Cipher.getInstance(CIPHER));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Every Java has " + CIPHER, e);
      }
    }

    /** Encrypts or decrypts the next record. */
    void next(int mode, int plainBytes, ByteBuffer from, ByteBuffer to)
        throws GeneralSecurityException {
      nonce.putLong(Integer.BYTES, records++);
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce.array()));
      cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(plainBytes).flip());
      cipher.doFinal(from, to);
    }
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public long write(ByteBuffer[] sources) throws IOException {
    long taken = 0;
    while (flush()) {
      int bytes = takeFrom(sources);
      if (bytes == 0) {
        break;
      }
      taken += bytes;
      seal();
    }
    return taken;
  }

  private int takeFrom(ByteBuffer[] sources) {
    plain.clear();
    for (ByteBuffer source : sources) {
      move(source, plain);
    }
    return plain.flip().remaining();
  }

  private void seal() {
    unsent.clear().putInt(plain.remaining());
    try {
      out.next(Cipher.ENCRYPT_MODE, plain.remaining(), plain, unsent);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A record can't be encrypted", e);
    }
    unsent.flip();
  }

  @Override
  public boolean flush() throws IOException {
    if (unsent.hasRemaining()) {
      channel.write(unsent);
    }
    return !unsent.hasRemaining();
  }

  @Override
  public long read(ByteBuffer[] targets) throws IOException {
    long given = giveTo(targets);
    while (hasRoom(targets)) {
      int bytes = channel.read(received);
      if (bytes <= 0 && received.hasRemaining()) {
        return given == 0 && bytes < 0 ? -1 : given;
      }
      if (!received.hasRemaining()) {
        open();
        given += giveTo(targets);
      }
    }
    return given;
  }

  /** Goes on with the record when its length is known, and opens it when it is there. */
  private void open() throws IOException {
    int bytes = received.getInt(0);
    if (bytes <= 0 || bytes > RECORD_BYTES) {
      throw new EOFException("a record of %d bytes can't be".formatted(bytes));
    }
    if (received.limit() == Integer.BYTES) {
      received.limit(Integer.BYTES + bytes + TAG_BYTES);
      return;
    }
    try {
      in.next(Cipher.DECRYPT_MODE, bytes, received.position(Integer.BYTES), opened.clear());
    } catch (GeneralSecurityException e) {
      throw new IOException("a record doesn't open", e);
    }
    opened.flip();
    received.clear().limit(Integer.BYTES);
  }

  private long giveTo(ByteBuffer[] targets) {
    long before = opened.remaining();
    for (ByteBuffer target : targets) {
      move(opened, target);
    }
    return before - opened.remaining();
  }

  private static boolean hasRoom(ByteBuffer[] targets) {
    for (ByteBuffer target : targets) {
      if (target.hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  /** As many bytes as there are and as there is room for. */
  private static void move(ByteBuffer from, ByteBuffer to) {
    int bytes = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), bytes);
    to.position(to.position() + bytes);
    from.position(from.position() + bytes);
  }
}
