package io.espalier.job;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who writes, for people. */
final class ProcessName {
  private ProcessName() {}

  /** Host and process number. */
  static String ofThis() {
    return host() + ":" + ProcessHandle.current().pid();
  }

  /** This machine's name. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host"; // Others read it: it isn't their local host.
    }
  }
}
