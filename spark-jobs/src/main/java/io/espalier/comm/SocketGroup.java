package io.espalier.comm;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.UnresolvedAddressException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a group over sockets, seen from one rank.
 *
 * @param hub of this rank
 * @param addresses of all ranks of the family
 * @param names each member's number in the family's first group, in the order of the ranks here
 * @param rank this rank in this group
 * @param connection which of the connections between two ranks are this group's
 * @param timeoutSeconds how long to wait without a sign of another rank
 * @param maySpin whether every rank on this machine has a core of its own
 */
record SocketGroup(
    SocketHub hub,
    List<SocketAddress> addresses,
    List<Integer> names,
    int rank,
    long connection,
    double timeoutSeconds,
    boolean maySpin) {

  SocketGroup {
    addresses = List.copyOf(addresses);
    names = List.copyOf(names);
  }

  int size() {
    return names.size();
  }

  /** What messages call this rank. */
  int name() {
    return names.get(rank);
  }

  /** The group of some of the ranks, for one split and color. */
  SocketGroup part(Call split, int color, List<Integer> ranks) {
    byte[] which =
        ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
            .putLong(connection)
            .putLong(split.number())
            .putInt(color)
            .array();
    // A number of 64 bits that is unlike all others of the family.
    long number = ByteBuffer.wrap(Handshake.hmac(new byte[1], "split", which)).getLong();
    return new SocketGroup(
        hub,
        addresses,
        ranks.stream().map(names::get).toList(),
        ranks.indexOf(rank),
        number,
        timeoutSeconds,
        maySpin);
  }

  /** Connects the control lines of a family, once. */
  void connectControlLines() {
    Deadline deadline = Deadline.in(timeoutSeconds);
    for (int peer : names) {
      if (peer != name()) {
        Connection made = connect(peer, SocketHub.CONTROL, deadline);
        if (made.called()) {
          listenTo(peer, made);
        }
      }
    }
  }

  private void listenTo(int peer, Connection made) {
    try {
      hub.listenTo(peer, made);
    } catch (IOException e) {
      throw unreachable(peer, e);
    }
  }

  /** Connects this rank with every other of the group. */
  SocketCollectives connect() {
    Deadline deadline = Deadline.in(timeoutSeconds);
    @Nullable Link[] links = new Link[size()];
    Selector selector = openSelector();
    try {
      for (int other = 0; other < links.length; other++) {
        if (other != rank) {
          links[other] = link(names.get(other), selector, deadline);
        }
      }
      return new SocketCollectives(this, links, selector);
    } catch (CommunicatorException e) {
      LinkDriver.close(Arrays.asList(links), selector);
      throw e;
    }
  }

  private Selector openSelector() {
    try {
      return Selector.open();
    } catch (IOException e) {
      throw hub.abort("rank %d can't open a selector: %s".formatted(name(), e));
    }
  }

  private Link link(int peer, Selector selector, Deadline deadline) {
    Connection made = connect(peer, connection, deadline);
    try {
      return new Link(peer, hub.wire(made), selector);
    } catch (IOException e) {
      throw unreachable(peer, e);
    }
  }

  /** Of two ranks the later one calls. */
  private Connection connect(int peer, long which, Deadline deadline) {
    if (peer > name()) {
      return hub.answer(peer, which, deadline);
    }
    try {
      return hub.call(addresses.get(peer), peer, which, deadline);
    } catch (IOException | UnresolvedAddressException e) {
      throw unreachable(peer, e);
    }
  }

  private CommunicatorException unreachable(int peer, Exception e) {
    return hub.abort(
        "rank %d can't connect to rank %d at %s: %s"
            .formatted(name(), peer, addresses.get(peer), e));
  }
}
