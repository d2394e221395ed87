package io.espalier.job;

import java.util.List;
import java.util.Locale;

/** Where in an update a rank is, told by the frames of its thread. */
enum Moment {
  FORWARD(1, "io.espalier.model.", "forward"),
  BACKWARD(0, "io.espalier.model.", "backward"),
  ALL_REDUCE(1, "io.espalier.comm.", "allReduce"),
  CHECKPOINT(0, "io.espalier.checkpoint.CheckpointWriter", "");

  private static final String COMM = "io.espalier.comm.";

  /** The rank that is lost then; rank 0 writes the checkpoints. */
  final int rank;

  private final String classes;
  private final String method;

  Moment(int rank, String classes, String method) {
    this.rank = rank;
    this.classes = classes;
    this.method = method;
  }

  /** Whether these are the frames of a rank at this moment, and not inside a collective of it. */
  boolean isNow(List<StackTraceElement> frames) {
    boolean mayCommunicate = this == ALL_REDUCE || this == CHECKPOINT;
    return frames.stream().anyMatch(this::isHere)
        && (mayCommunicate || frames.stream().noneMatch(f -> f.getClassName().startsWith(COMM)));
  }

  private boolean isHere(StackTraceElement frame) {
    return frame.getClassName().startsWith(classes)
        && (method.isEmpty() || frame.getMethodName().equals(method));
  }

  /** Where exactly, for people: {@code SegmentTape.backward}. */
  String place(List<StackTraceElement> frames) {
    StackTraceElement frame = frames.stream().filter(this::isHere).findFirst().orElseThrow();
    return frame.getClassName().replaceFirst(".*\\.", "") + "." + frame.getMethodName();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
