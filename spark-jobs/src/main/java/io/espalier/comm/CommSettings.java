package io.espalier.comm;

import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * How ranks communicate.
 *
 * @param backend what the bytes travel over
 * @param timeoutSeconds how long a rank waits without a sign of another
 * @param encrypted whether sockets carry ciphertext: AES-256-GCM under keys of the attempt's secret
 */
public record CommSettings(CommBackend backend, double timeoutSeconds, boolean encrypted)
    implements Serializable {

  public CommSettings {
    Rule.positive("timeout_seconds", timeoutSeconds);
  }
}
