package io.espalier.comm;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves bytes over all links of a group at once until a call is done. For one thread. */
final class LinkDriver {
  /** Some tens of microseconds: what a selection would cost in addition. */
  private static final int SPINS = 40;

  /** How long a lost connection may stay without its reason coming over the control line. */
  private static final long REASON_MILLISECONDS = 300;

  private static final Logger LOG = LoggerFactory.getLogger(LinkDriver.class);

  private final SocketGroup group;
  private final SocketHub hub;
  private final Health health;
  private final List<Link> links;
  private final Selector selector;
  private final Runnable wakeUp;
  private final int spins;
  private @Nullable Call previous;

  /**
   * Takes over links, which it closes.
   *
   * @param selector with which they are registered
   */
  LinkDriver(SocketGroup group, List<Link> links, Selector selector) {
    this.group = group;
    this.hub = group.hub();
    this.health = hub.health();
    this.links = links;
    this.selector = selector;
    this.wakeUp = selector::wakeup;
    this.spins = group.maySpin() ? SPINS : 0;
    health.onFailure(wakeUp);
  }

  /** What a call does besides moving bytes. */
  interface Stage {
    /** Nothing. */
    Stage NONE =
        new Stage() {
          @Override
          public boolean advance() {
            return false;
          }

          @Override
          public boolean isDone() {
            return true;
          }
        };

    /** Goes on as far as it can with what has been received; returns whether it did. */
    boolean advance();

    /** Whether it has nothing to do any more. */
    boolean isDone();
  }

  /** Returns when everything is sent and received and the stage is done. */
  void run(Call call, Stage stage) {
    Deadline deadline = null;
    int idle = 0;
    while (true) {
      boolean moved = stage.advance();
      for (Link link : links) {
        moved |= move(link, call);
      }
      if (moved) {
        idle = 0;
        deadline = null;
      } else if (stage.isDone() && !isAnythingLeft()) {
        previous = call;
        return;
      } else if (idle++ < spins) {
        Thread.onSpinWait();
      } else {
        deadline = deadline == null ? Deadline.in(group.timeoutSeconds()) : deadline;
        await(call, deadline);
      }
    }
  }

  private boolean isAnythingLeft() {
    for (Link link : links) {
      if (link.hasToReceive() || link.hasToSend()) {
        return true;
      }
    }
    return false;
  }

  private boolean move(Link link, Call call) {
    try {
      boolean sent = link.push();
      boolean received = link.pull();
      Call other = link.headerToCheck();
      if (other != null && !other.equals(call)) {
        throw hub.abort(Call.mismatch(group.name(), counterpart(call, other), link.name, other));
      }
      return sent || received;
    } catch (IOException e) {
      throw lost(link, call);
    }
  }

  /**
   * What this rank called where the other called that: who only sends, as the root of a broadcast,
   * learns of it in its next call.
   */
  private Call counterpart(Call call, Call other) {
    return previous != null && previous.number() == other.number() ? previous : call;
  }

  private void await(Call call, Deadline deadline) {
    health.check();
    if (deadline.isOver()) {
      throw hub.abort(
          "rank %d waited %s s for %s in %s, which is timeout_seconds"
              .formatted(group.name(), group.timeoutSeconds(), missing(), call));
    }
    try {
      links.forEach(Link::await);
      selector.select(deadline.leftMilliseconds() + 1);
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw hub.abort("rank %d can't wait for others: %s".formatted(group.name(), e));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(call);
    }
  }

  private CommunicatorException interrupted(Call call) {
    return hub.abort("rank %d was interrupted in %s".formatted(group.name(), call));
  }

  private String missing() {
    return links.stream()
        .filter(link -> link.hasToReceive() || link.hasToSend())
        .map(link -> "rank " + link.name)
        .collect(Collectors.joining(", "));
  }

  /** A rank that aborted or died says so over its control line, perhaps a moment later. */
  private CommunicatorException lost(Link link, Call call) {
    Deadline deadline = Deadline.in(REASON_MILLISECONDS / 1e3);
    while (!health.isFailed() && !hub.hasLeft(link.name) && !deadline.isOver()) {
      if (Thread.currentThread().isInterrupted()) {
        return interrupted(call);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // and the loop ends
      }
    }
    return hub.abort(
        "rank %d closed its communicator while rank %d waited for it in %s"
            .formatted(link.name, group.name(), call));
  }

  void close() {
    health.forget(wakeUp);
    close(links, selector);
  }

  /** Closes the links that there are. */
  static void close(List<@Nullable Link> links, Selector selector) {
    try {
      for (Link link : links) {
        if (link != null) {
          link.close();
        }
      }
      selector.close();
    } catch (IOException e) {
      LOG.debug("Closing connections", e);
    }
  }
}
