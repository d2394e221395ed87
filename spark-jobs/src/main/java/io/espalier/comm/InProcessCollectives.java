package io.espalier.comm;

import io.espalier.comm.InProcessGroup.Seat;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One rank of an in-process group: every rank reads the others' memory where it lies. Long sums are
 * shared out, each rank taking one range of elements for all.
 */
final class InProcessCollectives implements Collectives {
  /** Below this, each rank sums everything itself from copies, which takes one phase, not two. */
  private static final int SMALL_BYTES = 8192;

  private final InProcessGroup group;
  private final int rank;
  private final RankOrder rankOrder = new RankOrder();
  private final ByteBuffer[] copies = {
    ByteBuffer.allocateDirect(SMALL_BYTES), ByteBuffer.allocateDirect(SMALL_BYTES)
  };
  private long phase = InProcessGroup.FIRST_PHASE;

  InProcessCollectives(InProcessGroup group, int rank) {
    this.group = group;
    this.rank = rank;
  }

  @Override
  public void allReduce(Call call, Memory memory) {
    ByteBuffer mine = bytes(memory);
    if (mine.remaining() <= SMALL_BYTES) {
      ByteBuffer copy = copies[parityOfNext()];
      copy.put(0, mine, 0, mine.remaining());
      ByteBuffer[] all = meet(call, copy);
      touch(() -> rankOrder.reduce(call, all, (int) call.elements(), mine));
    } else {
      ByteBuffer[] all = meet(call, mine);
      Range range = Range.ofRank(rank, group.size(), call.elements());
      ByteBuffer[] parts = range.of(all, call.type());
      touch(() -> rankOrder.reduce(call, parts, (int) range.count(), parts));
      part(call);
    }
  }

  @Override
  public void allGather(Call call, Memory slice, Memory whole) {
    ByteBuffer mine = bytes(slice);
    ByteBuffer target = bytes(whole);
    int bytes = mine.remaining();
    ByteBuffer[] all = meet(call, mine);
    touch(
        () -> {
          for (int other = 0; other < all.length; other++) {
            target.put(other * bytes, all[other], 0, bytes);
          }
        });
    part(call);
  }

  @Override
  public void reduceScatter(Call call, Memory whole, Memory slice) {
    ByteBuffer[] all = meet(call, bytes(whole));
    Range range = new Range(rank * call.elements(), call.elements());
    ByteBuffer[] parts = range.of(all, call.type());
    ByteBuffer target = bytes(slice);
    touch(() -> rankOrder.reduce(call, parts, (int) range.count(), target));
    part(call);
  }

  @Override
  public void broadcast(Call call, Memory memory) {
    ByteBuffer mine = bytes(memory);
    ByteBuffer[] all = meet(call, mine);
    if (rank != call.root()) {
      touch(() -> mine.put(0, all[call.root()], 0, mine.remaining()));
    }
    part(call);
  }

  @Override
  public void barrier(Call call) {
    meet(call, copies[0]);
  }

  @Override
  public Group split(Call call, int color, int key) {
    Group whole = new Group(rank, group.size(), this);
    List<Integer> ranks = SplitChoices.ask(whole, call, color, key).ranksOf(color);
    int newRank = ranks.indexOf(rank);
    if (ranks.size() == 1) {
      return new Group(0, 1, new SoloCollectives(this));
    }
    String name = call.number() + "/" + color;
    InProcessGroup part = group.part(name, ranks);
    part.awaitAll(newRank);
    group.forget(name);
    return new Group(newRank, ranks.size(), new InProcessCollectives(part, newRank));
  }

  @Override
  public Health health() {
    return group.health;
  }

  @Override
  public void abort(String reason) {
    group.fail("rank %d aborted: %s".formatted(group.name(rank), reason));
  }

  @Override
  public void close() {
    group.seat(rank).closed = true;
    group.wake();
  }

  private static ByteBuffer bytes(Memory memory) {
    return ((HostMemory) memory).buffer();
  }

  private int parityOfNext() {
    return (int) ((phase + 1) & 1);
  }

  /** Lays down this rank's call and memory; returns all ranks' memory when all have. */
  private ByteBuffer[] meet(Call call, ByteBuffer memory) {
    int parity = parityOfNext();
    Seat mine = group.seat(rank);
    mine.user = Thread.currentThread();
    mine.calls[parity] = call;
    mine.memories[parity] = memory;
    arriveAndWait(call);
    ByteBuffer[] all = new ByteBuffer[group.size()];
    for (int other = 0; other < all.length; other++) {
      Seat seat = group.seat(other);
      if (!call.equals(seat.calls[parity])) {
        throw leave(
            group.fail(
                Call.mismatch(group.name(rank), call, group.name(other), seat.calls[parity])));
      }
      all[other] = seat.memories[parity];
    }
    return all;
  }

  /** Returns when no rank needs this rank's memory any more. */
  private void part(Call call) {
    arriveAndWait(call);
  }

  private void arriveAndWait(Call call) {
    group.arrive(rank, ++phase);
    try {
      group.await(rank, phase, call);
    } catch (CommunicatorException e) {
      throw leave(e);
    }
  }

  /** Reads or writes other ranks' memory. */
  private void touch(Runnable work) {
    Seat mine = group.seat(rank);
    mine.touching = true;
    try {
      group.health.check();
      work.run();
    } catch (CommunicatorException e) {
      mine.touching = false;
      throw leave(e);
    } finally {
      mine.touching = false;
    }
  }

  private CommunicatorException leave(CommunicatorException failure) {
    group.awaitNobodyTouches();
    return failure;
  }
}
