package io.espalier.comm;

import io.espalier.comm.CheckedCommunicator.Reach;
import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Connects ranks over sockets: each listens, shares its address, and calls the ones before it. */
final class SocketMeeting {
  /** All ranks may call at once; the kernel takes what it allows. */
  static final int BACKLOG = 4096;

  private static final String SEPARATOR = " ";

  /** The first group's connections between two ranks. */
  private static final long FIRST = 1;

  private SocketMeeting() {}

  /**
   * A socket that listens.
   *
   * @param address as text, for the others
   * @param cleanUp removes what is left of it when nobody connects any more
   */
  record Open(ServerSocketChannel listener, String address, Runnable cleanUp)
      implements AutoCloseable {
    @Override
    public void close() {
      try {
        listener.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        cleanUp.run();
      }
    }
  }

  /**
   * Meets the other ranks.
   *
   * @param open opens this rank's socket, or throws {@link ConfigException}
   */
  static Communicator connect(Meeting meeting, Supplier<Open> open) {
    Participant me = meeting.me();
    AtomicReference<@Nullable Open> opened = new AtomicReference<>();
    try {
      List<String> texts = meeting.share(() -> introduction(me, open, opened));
      return me.size() == 1
          ? new CheckedCommunicator(Group.solo(), Reach.HOST)
          : connect(meeting, texts, Objects.requireNonNull(opened.getAndSet(null)));
    } finally {
      Open left = opened.get();
      if (left != null) {
        left.close();
      }
    }
  }

  /** An address to call, and from rank 0 the secret of the attempt. */
  private static String introduction(
      Participant me, Supplier<Open> open, AtomicReference<@Nullable Open> opened) {
    if (me.size() == 1) {
      return "";
    }
    Open mine = open.get();
    opened.set(mine);
    return mine.address() + SEPARATOR + (me.rank() == 0 ? Meeting.newSecret() : "");
  }

  private static Communicator connect(Meeting meeting, List<String> texts, Open mine) {
    String[] first = texts.get(0).split(SEPARATOR, 2);
    byte[] secret = Handshake.secret(first[1]);
    WireMaker wires = WireMaker.of(meeting.settings().encrypted(), secret);
    SocketHub hub = SocketHub.start(meeting.me(), secret, wires, mine);
    try {
      SocketGroup group = group(meeting, texts, hub);
      group.connectControlLines();
      Group end = new Group(group.rank(), group.size(), group.connect());
      return new CheckedCommunicator(end, Reach.HOST);
    } catch (RuntimeException e) {
      hub.leave();
      throw e;
    }
  }

  private static SocketGroup group(Meeting meeting, List<String> texts, SocketHub hub) {
    Participant me = meeting.me();
    List<SocketAddress> addresses =
        texts.stream().map(text -> SocketAddresses.parse(text.split(SEPARATOR, 2)[0])).toList();
    int processors = Runtime.getRuntime().availableProcessors();
    return new SocketGroup(
        hub,
        addresses,
        IntStream.range(0, me.size()).boxed().toList(),
        me.rank(),
        FIRST,
        meeting.settings().timeoutSeconds(),
        meeting.ranks().onMachineOf(me.rank()) <= processors);
  }
}
