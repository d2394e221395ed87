package io.espalier.comm;

import java.util.List;

/** Ranks that have met over a backend, each with its thread; closed when the test ends. */
record TestGroup(Ranks ranks, List<Communicator> communicators) implements AutoCloseable {
  private static final double TIMEOUT_SECONDS = 20;

  static TestGroup of(CommBackend backend, int size) throws Exception {
    return new TestGroup(new Ranks(size), InProcessBackend.communicators(size, TIMEOUT_SECONDS));
  }

  void use(Ranks.Use use) throws Exception {
    ranks.use(communicators, use);
  }

  @Override
  public void close() {
    communicators.forEach(Communicator::close);
    ranks.close();
  }
}
