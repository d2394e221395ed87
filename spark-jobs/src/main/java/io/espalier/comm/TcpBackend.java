package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP between machines.
 *
 * @param port the first that a rank listens at; where it is taken, one of the next hundred. 0 = any
 */
@JsonTypeName("tcp")
public record TcpBackend(int port) implements CommBackend {
  /** Whatever the system gives. */
  public static final int ANY_PORT = 0;

  private static final Logger LOG = LoggerFactory.getLogger(TcpBackend.class);

  /** As many ranks share a machine at most. */
  private static final int PORTS = 100;

  private static final int LAST_PORT = 65_535;

  public TcpBackend {
    Rule.between("port", port, 0, LAST_PORT - PORTS);
  }

  @Override
  public void require(Introductions ranks) {}

  @Override
  public Communicator connect(Meeting meeting) {
    return SocketMeeting.connect(meeting, () -> open(meeting.me().host()));
  }

  private SocketMeeting.Open open(String host) {
    int last = port == ANY_PORT ? port : port + PORTS;
    for (int tried = port; tried < last; tried++) {
      try {
        return open(host, tried);
      } catch (IOException | UnresolvedAddressException e) {
        LOG.debug("Port {} of {} is no place to listen: {}", tried, host, e.toString());
      }
    }
    try {
      return open(host, last);
    } catch (IOException | UnresolvedAddressException e) {
      throw new ConfigException(
          "host is %s and port %s but this machine can't listen there (%s); an address of its own and a free port would work"
              .formatted(host, port == ANY_PORT ? "any" : port + " and the next hundred", e),
          e);
    }
  }

  private static SocketMeeting.Open open(String host, int port) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(host, port), SocketMeeting.BACKLOG);
      int bound = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      return new SocketMeeting.Open(listener, SocketAddresses.text(host, bound), () -> {});
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }
}
