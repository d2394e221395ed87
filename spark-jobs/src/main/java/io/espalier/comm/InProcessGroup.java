package io.espalier.comm;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of one in-process group share: a seat for each rank, where it lays down its call
 * and its memory, and phases that end when all have arrived. Thread-safe.
 */
final class InProcessGroup {
  /** Some tens of microseconds: longer than the others need for a small message. */
  private static final int SPINS = 1500;

  /** The phase in which all have come; the collectives' follow. */
  static final long FIRST_PHASE = 1;

  private static final int YIELDS = 50;

  /** How soon a waiting thread notices that another has died or failed. */
  private static final long LOOK_AROUND_NANOSECONDS = 20_000_000;

  /** A thread that ended may have handed its communicator to one that is just starting. */
  private static final double SUCCESSION_SECONDS = 0.2;

  final Health health;
  private final double timeoutSeconds;

  /** Groups split from this one, by number of the call and color, until all have joined. */
  private final Map<String, InProcessGroup> parts = new ConcurrentHashMap<>();

  private final int[] names;
  private final Seat[] seats;
  private final int spins;

  private InProcessGroup(int[] names, double timeoutSeconds, Health health) {
    int size = names.length;
    this.names = names;
    this.health = health;
    this.timeoutSeconds = timeoutSeconds;
    this.seats = new Seat[size];
    for (int rank = 0; rank < size; rank++) {
      seats[rank] = new Seat();
    }
    // Spinning steals the core from the one waited for where there are more threads than cores.
    this.spins = size <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
  }

  /** The first group of a family. */
  static InProcessGroup first(int size, double timeoutSeconds) {
    int[] names = IntStream.range(0, size).toArray();
    return new InProcessGroup(names, timeoutSeconds, new Health());
  }

  /** The group of some of this one's ranks, which all get the same object. */
  InProcessGroup part(String key, List<Integer> ranks) {
    int[] partNames = ranks.stream().mapToInt(this::name).toArray();
    return parts.computeIfAbsent(key, k -> new InProcessGroup(partNames, timeoutSeconds, health));
  }

  /** Forgets a part that all its ranks have got. */
  void forget(String key) {
    parts.remove(key);
  }

  /** Waits until all ranks have found this group. */
  void awaitAll(int rank) {
    seats[rank].user = Thread.currentThread();
    arrive(rank, FIRST_PHASE);
    await(rank, FIRST_PHASE, "the rendezvous");
  }

  /** What messages call a rank: its number in the family's first group. */
  int name(int rank) {
    return names[rank];
  }

  /** One rank's place. */
  static final class Seat {
    /** Phases that the rank has reached; everything below is visible to those who saw it. */
    volatile long arrived;

    volatile boolean touching;
    volatile boolean closed;
    volatile @Nullable Thread user;
    volatile @Nullable Thread parked;

    /** By parity of the phase, as a rank may be one phase ahead of another. */
    final @Nullable Call[] calls = new Call[2];

    final ByteBuffer[] memories = {ByteBuffer.allocate(0), ByteBuffer.allocate(0)};
  }

  int size() {
    return seats.length;
  }

  Seat seat(int rank) {
    return seats[rank];
  }

  /** Says that a rank has reached a phase. */
  void arrive(int rank, long phase) {
    seats[rank].arrived = phase;
    wake();
  }

  void wake() {
    for (Seat seat : seats) {
      Thread sleeper = seat.parked;
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      }
    }
  }

  /** Waits until all ranks have reached a phase; who comes last is asked for an interrupt too. */
  @SuppressWarnings("ThreadPriorityCheck") // yields only before it parks
  void await(int rank, long phase, Object call) {
    requireUninterrupted(rank, call);
    Deadline deadline = null;
    for (int other = 0; other < seats.length; other++) {
      int tries = 0;
      while (seats[other].arrived < phase) {
        if (tries < spins) {
          Thread.onSpinWait();
        } else if (tries < spins + YIELDS) {
          Thread.yield();
        } else {
          deadline = deadline == null ? Deadline.in(timeoutSeconds) : deadline;
          requireHope(rank, phase, call, deadline);
          park(rank, other, phase);
        }
        tries++;
      }
    }
    health.check();
  }

  private void park(int rank, int other, long phase) {
    Seat mine = seats[rank];
    mine.parked = Thread.currentThread();
    try {
      if (seats[other].arrived < phase && !health.isFailed()) {
        LockSupport.parkNanos(this, LOOK_AROUND_NANOSECONDS);
      }
    } finally {
      mine.parked = null;
    }
  }

  /** Looks at all who are missing, as the first may be slow and the next dead. */
  private void requireHope(int rank, long phase, Object call, Deadline deadline) {
    health.check();
    requireUninterrupted(rank, call);
    for (int other = 0; other < seats.length; other++) {
      if (seats[other].arrived < phase) {
        requireHope(rank, other, phase, call, deadline);
      }
    }
  }

  private void requireUninterrupted(int rank, Object call) {
    if (Thread.currentThread().isInterrupted()) {
      throw fail("rank %d was interrupted in %s".formatted(name(rank), call));
    }
  }

  private void requireHope(int rank, int other, long phase, Object call, Deadline deadline) {
    Seat seat = seats[other];
    Thread user = seat.user;
    boolean closed = seat.closed;
    boolean dead = user != null && !user.isAlive() && deadline.passedSeconds() > SUCCESSION_SECONDS;
    if (seat.arrived >= phase) {
      return;
    }
    if (closed || dead) {
      throw fail(
          "rank %d %s while rank %d waited for it in %s"
              .formatted(
                  name(other),
                  closed ? "closed its communicator" : "died (its thread has ended)",
                  name(rank),
                  call));
    }
    if (deadline.isOver()) {
      throw fail(
          "rank %d waited %s s for rank %d in %s, which is timeout_seconds"
              .formatted(name(rank), timeoutSeconds, name(other), call));
    }
  }

  CommunicatorException fail(String reason) {
    CommunicatorException failure = health.failed(reason);
    wake();
    return failure;
  }

  /**
   * Waits until no rank reads or writes another's memory, which after a failure is at once: then a
   * caller may free its own.
   */
  @SuppressWarnings("ThreadPriorityCheck") // for a moment, after a failure
  void awaitNobodyTouches() {
    for (Seat seat : seats) {
      while (seat.touching) {
        Thread.yield();
      }
    }
  }
}
