package io.espalier.comm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How both ends of a connection prove that they know the attempt's secret, which itself is never
 * sent. Four messages of fixed length:
 *
 * <pre>
 *   caller   → hello: magic, attempt, caller's rank, called rank, communicator, nonce
 *   listener → its nonce, HMAC-SHA256(secret, "listener", hello, nonce)
 *   caller   → HMAC-SHA256(secret, "caller", hello, listener's nonce)
 *   listener → one byte: welcome
 * </pre>
 */
final class Handshake {
  static final int NONCE_BYTES = 32;
  static final int PROOF_BYTES = 32;
  static final int HELLO_BYTES = 2 * Long.BYTES + 4 * Integer.BYTES + NONCE_BYTES;
  static final int REPLY_BYTES = NONCE_BYTES + PROOF_BYTES;
  static final byte WELCOME = 1;

  /** "ESPALIER" in ASCII; another protocol starts otherwise. */
  private static final long MAGIC = ByteBuffer.wrap("ESPALIER".getBytes(US_ASCII)).getLong();

  private static final int VERSION = 1;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Handshake() {}

  /**
   * Who calls whom, and for which of the two ranks' connections.
   *
   * @param attempt of the caller
   * @param caller its rank in the family
   * @param listener the called rank in the family
   * @param connection which of the connections between the two
   */
  record Hello(int attempt, int caller, int listener, long connection) {

    byte[] bytes(byte[] nonce) {
      return ByteBuffer.allocate(HELLO_BYTES)
          .putLong(MAGIC)
          .putInt(VERSION)
          .putInt(attempt)
          .putInt(caller)
          .putInt(listener)
          .putLong(connection)
          .put(nonce)
          .array();
    }

    /**
     * Reads a hello.
     *
     * @throws RefusedException if it isn't one
     */
    static Hello parse(byte[] bytes) throws RefusedException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      if (buffer.getLong() != MAGIC) {
        throw new RefusedException("it speaks another protocol");
      }
      int version = buffer.getInt();
      if (version != VERSION) {
        throw new RefusedException(
            "its protocol is version %d, not %d".formatted(version, VERSION));
      }
      return new Hello(buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getLong());
    }
  }

  /** A stranger, or a rank that isn't of this attempt. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  static byte[] listenersProof(byte[] secret, byte[] hello, byte[] listenersNonce) {
    return hmac(secret, "listener", hello, listenersNonce);
  }

  static byte[] callersProof(byte[] secret, byte[] hello, byte[] listenersNonce) {
    return hmac(secret, "caller", hello, listenersNonce);
  }

  /** Takes as long for a wrong proof as for a right one. */
  static boolean isEqual(byte[] proof, byte[] expected) {
    return MessageDigest.isEqual(proof, expected);
  }

  static byte[] secret(String hexadecimal) {
    return HexFormat.of().parseHex(hexadecimal);
  }

  /** What both ends have said, in hexadecimal. */
  static String transcript(byte[] hello, byte[] listenersNonce) {
    return HexFormat.of().formatHex(hello) + HexFormat.of().formatHex(listenersNonce);
  }

  static byte[] hmac(byte[] secret, String label, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(label.getBytes(US_ASCII));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }
}
