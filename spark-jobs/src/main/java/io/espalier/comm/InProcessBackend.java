package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.stream.IntStream;

/** Threads of one JVM, which read one another's memory where it lies. */
@JsonTypeName("in_process")
public record InProcessBackend() implements CommBackend {

  /**
   * All ranks of a new group, for threads of the caller's own: no rendezvous is needed.
   *
   * @param size how many ranks; element r of the result is rank r, to be closed by its user
   * @param timeoutSeconds how long a rank waits for another
   */
  public static List<Communicator> communicators(int size, double timeoutSeconds) {
    if (size == 1) {
      return List.of(communicator(new Group(0, 1, new SoloCollectives())));
    }
    InProcessGroup group = new InProcessGroup(size, timeoutSeconds, new Health());
    return IntStream.range(0, size)
        .mapToObj(
            rank -> communicator(new Group(rank, size, new InProcessCollectives(group, rank))))
        .toList();
  }

  private static Communicator communicator(Group group) {
    return new CheckedCommunicator(group, HostMemory.class);
  }
}
