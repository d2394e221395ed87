package io.espalier.comm;

import java.nio.file.Path;

/** A rank in a process of its own, which reduces until it fails, to be killed or stopped there. */
final class RankInAChild {
  private static final int ELEMENTS = 200_000;

  private RankInAChild() {}

  /**
   * Reduces until another rank fails it; prints a line when all go, and then how many seconds the
   * call took that failed, with the reason.
   *
   * @param arguments folder of the exchange, rank, size, backend, timeout in seconds
   */
  public static void main(String[] arguments) {
    int rank = Integer.parseInt(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    CommBackend backend =
        arguments[3].equals("unix") ? new UnixBackend() : new TcpBackend(TcpBackend.ANY_PORT);
    CommSettings settings = new CommSettings(backend, Double.parseDouble(arguments[4]), false);
    Exchange exchange = new FileExchange(Path.of(arguments[0]), rank, size);
    try (Communicator communicator =
        Rendezvous.meet(settings, TestGroup.participant(rank, size), exchange)) {
      reduceUntilFailure(communicator);
    }
  }

  private static void reduceUntilFailure(Communicator communicator) {
    HostMemory memory = HostMemory.allocate(ElementType.FLOAT32, ELEMENTS);
    communicator.allReduce(memory, Reduction.SUM);
    System.out.println("running");
    while (true) {
      long start = System.nanoTime();
      try {
        communicator.allReduce(memory, Reduction.SUM);
      } catch (CommunicatorException e) {
        System.out.println((System.nanoTime() - start) / 1e9 + " s: " + e.getMessage());
        return;
      }
    }
  }
}
