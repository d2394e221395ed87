package io.espalier.comm;

/** Makes a wire of a connection. */
interface WireMaker {
  Wire of(Connection connection);

  /**
   * Wires for an attempt.
   *
   * @param encrypted whether they carry ciphertext
   * @param secret from which keys are derived
   */
  static WireMaker of(boolean encrypted, byte[] secret) {
    return encrypted
        ? connection -> SealedWire.of(connection, secret)
        : connection -> new Wire.Plain(connection.channel());
  }
}
