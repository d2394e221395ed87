package io.espalier.job;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who writes, for people. */
final class ProcessName {
  private ProcessName() {}

  /** Host and process number. */
  static String ofThis() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    return host + ":" + ProcessHandle.current().pid();
  }
}
