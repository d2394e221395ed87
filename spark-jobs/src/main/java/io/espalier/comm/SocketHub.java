package io.espalier.comm;

import io.espalier.comm.Handshake.Hello;
import io.espalier.comm.Handshake.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rank's switchboard: a thread that answers callers, refuses strangers, and listens to the
 * other ranks' {@link ControlLine}s while the rank's own thread computes. Thread-safe.
 */
final class SocketHub {
  /** The connection between two ranks that is their control line. */
  static final long CONTROL = 0;

  /** Longer than a rank needs for a handshake, and too short to keep places for long. */
  private static final double HANDSHAKE_SECONDS = 5;

  /** Of those who haven't proved who they are; the oldest has to go. */
  private static final int MOST_VISITORS = 1024;

  private static final long LOOK_AROUND_MILLISECONDS = 500;
  private static final Logger LOG = LoggerFactory.getLogger(SocketHub.class);

  private final Health health = new Health();
  private final Participant me;
  private final byte[] secret;
  private final WireMaker wires;
  private final SocketMeeting.Open open;
  private final Selector selector;
  private final Deque<Visitor> visitors = new ArrayDeque<>();
  private final Map<Call, Connection> arrived = new HashMap<>();
  private final List<ControlLine> lines = new ArrayList<>();
  private int users = 1;
  private volatile boolean closed;

  /** Which of the connections with which rank. */
  private record Call(int caller, long connection) {}

  private SocketHub(Participant me, byte[] secret, WireMaker wires, SocketMeeting.Open open) {
    this.me = me;
    this.secret = secret;
    this.wires = wires;
    this.open = open;
    try {
      this.selector = Selector.open();
      open.listener().configureBlocking(false);
      open.listener().register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts the thread; {@link #leave} ends it.
   *
   * @param secret of the attempt
   * @param wires makes wires of connections
   * @param open closed with the hub
   */
  static SocketHub start(Participant me, byte[] secret, WireMaker wires, SocketMeeting.Open open) {
    SocketHub hub = new SocketHub(me, secret, wires, open);
    Thread thread = new Thread(hub::run, "espalier-comm-" + me.rank());
    thread.setDaemon(true);
    thread.start();
    return hub;
  }

  Health health() {
    return health;
  }

  int rank() {
    return me.rank();
  }

  Wire wire(Connection connection) {
    return wires.of(connection);
  }

  Connection call(SocketAddress address, int peer, long connection, Deadline deadline)
      throws IOException {
    Hello hello = new Hello(me.attempt(), me.rank(), peer, connection);
    return Caller.call(address, hello, secret, deadline);
  }

  /** Waits for a rank's call. */
  synchronized Connection answer(int peer, long connection, Deadline deadline) {
    Call call = new Call(peer, connection);
    while (!arrived.containsKey(call)) {
      health.check();
      if (deadline.isOver()) {
        throw abort(
            "rank %d waited %s s for rank %d to connect, which is timeout_seconds"
                .formatted(me.rank(), deadline.seconds(), peer));
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(20_000_000, deadline.leftNanoseconds()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw abort("rank %d was interrupted while it connected".formatted(me.rank()));
      }
    }
    return arrived.remove(call);
  }

  /** From now on the thread listens to a rank that was called; who calls is listened to anyway. */
  void listenTo(int peer, Connection connection) throws IOException {
    connection.channel().register(selector, SelectionKey.OP_READ, newLine(peer, connection));
    selector.wakeup();
  }

  private synchronized ControlLine newLine(int peer, Connection connection) {
    ControlLine line = new ControlLine(peer, wires.of(connection));
    lines.add(line);
    return line;
  }

  /** Fails the family, on every rank; returns the exception to throw, with the first reason. */
  CommunicatorException abort(String reason) {
    CommunicatorException failure = health.failed(reason);
    for (ControlLine line : lines()) {
      line.sendAbort(String.valueOf(failure.getMessage()));
    }
    return failure;
  }

  boolean hasLeft(int peer) {
    return lines().stream().anyMatch(line -> line.peer == peer && line.hasLeft());
  }

  /** One more communicator of this rank uses the hub. */
  synchronized void enter() {
    users++;
  }

  /** One fewer does; the last one closes it. */
  void leave() {
    synchronized (this) {
      if (--users > 0) {
        return;
      }
    }
    lines().forEach(ControlLine::sendLeft); // first, as the thread that sees closed hangs up
    closed = true;
    close(open); // here, as the process may end before the thread does
    selector.wakeup();
  }

  private synchronized List<ControlLine> lines() {
    return List.copyOf(lines);
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(LOOK_AROUND_MILLISECONDS);
        for (SelectionKey key : selector.selectedKeys()) {
          serve(key);
        }
        selector.selectedKeys().clear();
        dismissTheSlow();
      }
    } catch (IOException | ClosedSelectorException e) {
      abort("rank %d can't listen any more: %s".formatted(me.rank(), e));
    } finally {
      closeAll();
    }
  }

  private void serve(SelectionKey key) throws IOException {
    try {
      if (key.attachment() instanceof ControlLine line) {
        listen(key, line);
      } else if (key.attachment() instanceof Visitor visitor) {
        serve(key, visitor);
      } else {
        accept();
      }
    } catch (CancelledKeyException e) {
      // Its channel was closed after the selection.
    }
  }

  private void listen(SelectionKey key, ControlLine line) {
    String failure = line.listen();
    if (failure != null) {
      health.fail(failure);
      key.cancel();
    } else if (line.hasLeft()) {
      key.cancel();
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = open.listener().accept();
    if (channel == null) {
      return;
    }
    Deadline deadline = Deadline.in(HANDSHAKE_SECONDS);
    Visitor visitor = new Visitor(channel, me.attempt(), me.rank(), secret, deadline);
    try {
      Caller.configure(channel);
      channel.register(selector, SelectionKey.OP_READ, visitor);
      visitors.add(visitor);
    } catch (IOException e) {
      refuse(visitor, e.toString());
    }
    if (visitors.size() > MOST_VISITORS) {
      refuse(visitors.remove(), "too many wait with it");
    }
  }

  private void serve(SelectionKey key, Visitor visitor) {
    try {
      Hello hello = visitor.listen();
      if (hello != null) {
        visitors.remove(visitor);
        admit(key, hello, new Connection(visitor.channel, visitor.transcript(), false));
      }
    } catch (IOException | RefusedException e) {
      visitors.remove(visitor);
      refuse(visitor, String.valueOf(e.getMessage()));
    }
  }

  private synchronized void admit(SelectionKey key, Hello hello, Connection connection) {
    if (hello.connection() == CONTROL) {
      key.attach(newLine(hello.caller(), connection));
    } else {
      key.cancel();
    }
    arrived.put(new Call(hello.caller(), hello.connection()), connection);
    notifyAll();
  }

  private void dismissTheSlow() {
    while (!visitors.isEmpty() && visitors.element().deadline.isOver()) {
      refuse(visitors.remove(), "it didn't say who it is within %s s".formatted(HANDSHAKE_SECONDS));
    }
  }

  private void refuse(Visitor visitor, String reason) {
    LOG.warn("Rank {} refused a connection from {}: {}", me.rank(), place(visitor.channel), reason);
    close(visitor.channel);
  }

  private static @Nullable Object place(SocketChannel channel) {
    try {
      return channel.getRemoteAddress();
    } catch (IOException e) {
      return "an address that is gone";
    }
  }

  private void closeAll() {
    lines().forEach(line -> close(line.wire.channel()));
    visitors.forEach(visitor -> close(visitor.channel));
    synchronized (this) {
      arrived.values().forEach(connection -> close(connection.channel()));
    }
    close(open);
    close(selector);
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.debug("Closing {}", closeable, e);
    }
  }
}
