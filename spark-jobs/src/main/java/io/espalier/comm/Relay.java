package io.espalier.comm;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A long broadcast: each rank passes on to the next what it receives from the one before, so that
 * no rank sends the elements more than once.
 */
final class Relay implements LinkDriver.Stage {
  private final ByteBuffer received;
  private final ByteBuffer passedOn;

  private Relay(ByteBuffer received, ByteBuffer passedOn) {
    this.received = received;
    this.passedOn = passedOn;
  }

  /** Runs one rank's part of it. */
  static void run(
      Call call, LinkDriver driver, @Nullable Link[] links, int rank, ByteBuffer memory) {
    int size = links.length;
    boolean first = rank == call.root();
    boolean last = (rank + 1) % size == call.root();
    ByteBuffer received = memory.duplicate();
    ByteBuffer passedOn = memory.duplicate();
    if (first) {
      received.position(received.limit());
    } else {
      passedOn.limit(0);
    }
    for (int other = 0; other < size; other++) {
      Link link = links[other];
      if (link != null) {
        boolean next = other == (rank + 1) % size && !last;
        boolean previous = (other + 1) % size == rank && !first;
        link.begin(call, next, previous);
        if (next) {
          link.send(passedOn);
        }
        if (previous) {
          link.receive(received);
        }
      }
    }
    driver.run(call, new Relay(received, last ? received : passedOn));
  }

  @Override
  public boolean advance() {
    if (passedOn.limit() >= received.position()) {
      return false;
    }
    passedOn.limit(received.position());
    return true;
  }

  @Override
  public boolean isDone() {
    return passedOn.limit() == received.limit() && !received.hasRemaining();
  }
}
