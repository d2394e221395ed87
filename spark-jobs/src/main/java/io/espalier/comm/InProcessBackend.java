package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.comm.CheckedCommunicator.Reach;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Threads of one JVM, which read one another's memory where it lies. */
@JsonTypeName("in_process")
public record InProcessBackend() implements CommBackend {
  /** Groups whose ranks haven't all come yet, by the secret of their attempt. */
  private static final Map<String, InProcessGroup> ASSEMBLING = new ConcurrentHashMap<>();

  /**
   * All ranks of a new group, for threads of the caller's own: no rendezvous is needed.
   *
   * @param size how many ranks; element r of the result is rank r, to be closed by its user
   * @param timeoutSeconds how long a rank waits for another
   */
  public static List<Communicator> communicators(int size, double timeoutSeconds) {
    if (size == 1) {
      return List.of(new CheckedCommunicator(Group.solo(), Reach.HOST));
    }
    InProcessGroup group = InProcessGroup.first(size, timeoutSeconds);
    return IntStream.range(0, size).mapToObj(rank -> join(group, rank)).toList();
  }

  @Override
  public void require(Introductions ranks) {
    ranks.requireSame(this, "in one JVM", Introduction::jvm, "auto");
  }

  @Override
  public Communicator connect(Meeting meeting) {
    String secret = meeting.share(Meeting::newSecret).get(0);
    Participant me = meeting.me();
    if (me.size() == 1) {
      return new CheckedCommunicator(Group.solo(), Reach.HOST);
    }
    InProcessGroup group =
        ASSEMBLING.computeIfAbsent(
            secret, s -> InProcessGroup.first(me.size(), meeting.settings().timeoutSeconds()));
    try {
      group.awaitAll(me.rank());
      return join(group, me.rank());
    } finally {
      ASSEMBLING.remove(secret);
    }
  }

  private static Communicator join(InProcessGroup group, int rank) {
    Group end = new Group(rank, group.size(), new InProcessCollectives(group, rank));
    return new CheckedCommunicator(end, Reach.HOST);
  }
}
