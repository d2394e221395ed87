package io.espalier.comm;

import java.util.function.Consumer;

/** The collectives of a single rank: the identity. */
final class SoloCollectives implements Collectives {
  private final Health health;
  private final Consumer<String> abort;

  /** A rank that is alone in its run. */
  SoloCollectives() {
    this.health = new Health();
    this.abort = health::fail;
  }

  /** A rank that was split off alone, and fails with its family. */
  SoloCollectives(Collectives family) {
    this.health = family.health();
    this.abort = family::abort;
  }

  @Override
  public void allReduce(Call call, Memory memory) {}

  @Override
  public void allGather(Call call, Memory slice, Memory whole) {
    copy(slice, whole);
  }

  @Override
  public void reduceScatter(Call call, Memory whole, Memory slice) {
    copy(whole, slice);
  }

  @Override
  public void broadcast(Call call, Memory memory) {}

  @Override
  public void barrier(Call call) {}

  @Override
  public Group split(Call call, int color, int key) {
    return new Group(0, 1, new SoloCollectives(this));
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public void abort(String reason) {
    abort.accept("rank 0 aborted: " + reason);
  }

  @Override
  public void close() {}

  private static void copy(Memory from, Memory to) {
    if (from instanceof HostMemory source && to instanceof HostMemory target) {
      target.buffer().put(source.buffer());
    } else if (!from.equals(to)) {
      throw new IllegalArgumentException("A single rank's slice on a device must be its whole");
    }
  }
}
