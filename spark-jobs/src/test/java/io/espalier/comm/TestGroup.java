package io.espalier.comm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Ranks that have met over a backend, each with its thread; closed when the test ends. */
record TestGroup(Ranks ranks, List<Communicator> communicators) implements AutoCloseable {
  private static final double TIMEOUT_SECONDS = 20;

  /** Each kind that needs no accelerator. */
  static Stream<CommBackend> hostBackends() {
    return Stream.of(
        new InProcessBackend(), new UnixBackend(), new TcpBackend(TcpBackend.ANY_PORT));
  }

  static CommSettings settings(CommBackend backend) {
    return settings(backend, TIMEOUT_SECONDS);
  }

  static CommSettings settings(CommBackend backend, double timeoutSeconds) {
    return new CommSettings(backend, timeoutSeconds, false);
  }

  static CommSettings encrypted() {
    return new CommSettings(new TcpBackend(TcpBackend.ANY_PORT), TIMEOUT_SECONDS, true);
  }

  static TestGroup of(CommSettings settings, int size) throws Exception {
    Ranks ranks = new Ranks(size);
    InOneJvm exchange = new InOneJvm(size);
    return new TestGroup(
        ranks,
        ranks.answers(
            rank -> Rendezvous.meet(settings, participant(rank, size), exchange.of(rank))));
  }

  static Participant participant(int rank, int size) {
    return new Participant(rank, size, 0, "the same", "127.0.0.1", "cpu");
  }

  /** The exchange of ranks that are threads of one JVM. */
  static final class InOneJvm {
    private final List<String> texts;
    private final CyclicBarrier barrier;

    InOneJvm(int size) {
      this.texts = new ArrayList<>(Collections.nCopies(size, ""));
      this.barrier = new CyclicBarrier(size);
    }

    Exchange of(int rank) {
      return mine -> {
        try {
          synchronized (texts) {
            texts.set(rank, mine);
          }
          barrier.await(20, TimeUnit.SECONDS);
          List<String> all = List.copyOf(texts);
          barrier.await(20, TimeUnit.SECONDS);
          return all;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
    }
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
