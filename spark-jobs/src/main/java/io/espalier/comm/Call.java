package io.espalier.comm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call of a collective, as every rank of the group has to make it.
 *
 * @param number calls of this communicator before it
 * @param kind which collective
 * @param type of the elements
 * @param elements of the memory, or of the slice where there is a slice and a whole
 * @param root rank that a broadcast comes from, otherwise 0
 */
record Call(long number, Kind kind, ElementType type, long elements, int root) {

  /** Collectives, with their reductions and the code by which they travel. */
  enum Kind {
    SUM(1, "allReduce(SUM)"),
    MAX(2, "allReduce(MAX)"),
    ALL_GATHER(3, "allGather"),
    REDUCE_SCATTER(4, "reduceScatter"),
    BROADCAST(5, "broadcast"),
    BARRIER(6, "barrier"),
    SPLIT(7, "split"),
    /** What can't be read: never sent. */
    UNKNOWN(0, "what is no call");

    private final int code;
    private final String method;

    Kind(int code, String method) {
      this.code = code;
      this.method = method;
    }

    int code() {
      return code;
    }

    static Kind of(int code) {
      return Arrays.stream(values()).filter(k -> k.code == code).findFirst().orElse(UNKNOWN);
    }

    Reduction reduction() {
      return this == MAX ? Reduction.MAX : Reduction.SUM;
    }
  }

  /** The sentence for two ranks that don't call the same. */
  static String mismatch(int rank, Call call, int otherRank, @Nullable Call otherCall) {
    return "rank %d called %s where rank %d called %s; all ranks must call the same in the same order"
        .formatted(rank, call, otherRank, otherCall);
  }

  @Override
  public String toString() {
    String what =
        switch (kind) {
          case BARRIER, SPLIT, UNKNOWN -> kind.method;
          case BROADCAST -> "%s from rank %d of %d %s".formatted(kind.method, root, elements, type);
          default -> "%s of %d %s".formatted(kind.method, elements, type);
        };
    return what + " as call " + number;
  }
}
