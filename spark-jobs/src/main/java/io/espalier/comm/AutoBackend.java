package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * The fastest that connects the ranks: NCCL where all have accelerators; otherwise the memory of
 * one JVM, Unix-domain sockets on one machine, or TCP.
 */
@JsonTypeName("auto")
public record AutoBackend() implements CommBackend {

  @Override
  public CommBackend chosenFor(Introductions ranks) {
    if (ranks.haveAccelerators()) {
      return new NcclBackend(NcclBackend.USUAL_LIBRARY);
    }
    if (ranks.areInOneJvm()) {
      return new InProcessBackend();
    }
    return ranks.areOnOneMachine() ? new UnixBackend() : new TcpBackend(TcpBackend.ANY_PORT);
  }

  /** The chosen one is asked. */
  @Override
  public void require(Introductions ranks) {}

  @Override
  public Communicator connect(Meeting meeting) {
    return chosenFor(meeting.ranks()).connect(meeting);
  }
}
