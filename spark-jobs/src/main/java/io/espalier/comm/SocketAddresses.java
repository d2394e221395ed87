package io.espalier.comm;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Socket addresses as text, for the rendezvous. */
final class SocketAddresses {
  private static final String UNIX = "unix:";
  private static final String TCP = "tcp:";

  private SocketAddresses() {}

  /** Where socket files are made. */
  static Path temporaryFolder() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  static String text(Path socket) {
    return UNIX + socket.toAbsolutePath();
  }

  /**
   * An address of a host as other machines know it.
   *
   * @param host its name, or an address
   */
  static String text(String host, int port) {
    return TCP + port + ":" + host;
  }

  /** The address for a text of {@link #text}; resolves host names. */
  static SocketAddress parse(String text) {
    if (text.startsWith(UNIX)) {
      return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
    }
    String[] parts = text.substring(TCP.length()).split(":", 2);
    return new InetSocketAddress(parts[1], Integer.parseInt(parts[0]));
  }
}
