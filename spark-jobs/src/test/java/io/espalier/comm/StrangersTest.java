package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.comm.Handshake.Hello;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever connects without being a rank of the attempt is turned away, and the run goes on. */
class StrangersTest {
  private static final int ATTEMPT = 3;
  private static final int SIZE = 2;

  static Stream<CommBackend> backends() {
    return Stream.of(new UnixBackend(), new TcpBackend(TcpBackend.ANY_PORT));
  }

  /** A running group, and what a stranger may know of it. */
  record Target(TestGroup group, SocketAddress address, String secret) implements AutoCloseable {

    static Target of(CommBackend backend) throws Exception {
      Ranks ranks = new Ranks(SIZE);
      TestGroup.InOneJvm exchange = new TestGroup.InOneJvm(SIZE);
      AtomicReference<String> last = new AtomicReference<>("");
      List<Communicator> communicators =
          ranks.answers(
              rank ->
                  Rendezvous.meet(
                      TestGroup.settings(backend),
                      new Participant(rank, SIZE, ATTEMPT, "the same", "127.0.0.1", "cpu"),
                      mine -> {
                        List<String> all = exchange.of(rank).allGather(mine);
                        last.set(all.get(0));
                        return all;
                      }));
      String[] texts = Objects.requireNonNull(last.get()).split(" ", 2);
      TestGroup group = new TestGroup(ranks, communicators);
      return new Target(group, SocketAddresses.parse(texts[0]), texts[1]);
    }

    /** Sends something; returns what comes back before the connection is closed. */
    int bytesBackFor(byte[] message) throws IOException {
      try (SocketChannel channel = open()) {
        channel.connect(address);
        ByteBuffer back = ByteBuffer.allocate(1000);
        try {
          ByteBuffer all = ByteBuffer.wrap(message);
          while (all.hasRemaining()) {
            channel.write(all);
          }
          while (channel.read(back) >= 0) {
            assertThat(back.hasRemaining()).isTrue();
          }
        } catch (IOException e) {
          // Reset: closed while the message was still on its way.
        }
        return back.position();
      }
    }

    SocketChannel open() throws IOException {
      return address instanceof UnixDomainSocketAddress
          ? SocketChannel.open(StandardProtocolFamily.UNIX)
          : SocketChannel.open();
    }

    void assertUnharmed() throws Exception {
      group.use(
          communicator -> {
            HostMemory memory = HostMemory.allocate(ElementType.INT64, 1);
            Values.set(memory, 0, 1);
            communicator.allReduce(memory, Reduction.SUM);
            assertThat(Values.get(memory, 0)).isEqualTo((long) SIZE);
          });
    }

    @Override
    public void close() {
      group.close();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherProtocolIsTurnedAwayWithoutAWord(CommBackend backend) throws Exception {
    try (Target target = Target.of(backend)) {
      byte[] megabytes = new byte[3 << 20];
      new Random(1).nextBytes(megabytes);
      assertThat(target.bytesBackFor(megabytes)).isZero();
      assertThat(
              target.bytesBackFor(
                  "GET / HTTP/1.1\r\nHost: here\r\nAccept: everything that there is\r\n\r\n and more"
                      .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
          .isZero();
      target.assertUnharmed();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneThatConnectsAndSaysNothingHarmsNobody(CommBackend backend) throws Exception {
    try (Target target = Target.of(backend);
        SocketChannel silent = target.open()) {
      silent.connect(target.address());
      try (SocketChannel gone = target.open()) {
        gone.connect(target.address());
      }
      target.assertUnharmed();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aWrongProofIsTurnedAway(CommBackend backend) throws Exception {
    try (Target target = Target.of(backend)) {
      byte[] hello = new Hello(ATTEMPT, 1, 0, 1).bytes(Handshake.nonce());
      byte[] guess = new byte[hello.length + Handshake.PROOF_BYTES];
      System.arraycopy(hello, 0, guess, 0, hello.length);
      assertThat(target.bytesBackFor(guess))
          .as("the challenge and no welcome")
          .isEqualTo(Handshake.REPLY_BYTES);
      target.assertUnharmed();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aCallerWithAnotherSecretFindsOutItself(CommBackend backend) throws Exception {
    try (Target target = Target.of(backend)) {
      assertThatThrownBy(() -> call(target, new Hello(ATTEMPT, 1, 0, 7), new byte[32]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("doesn't know the attempt's secret");
      target.assertUnharmed();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRankOfAnOlderAttemptIsTurnedAwayEvenWithTheSecret(CommBackend backend) throws Exception {
    try (Target target = Target.of(backend)) {
      assertThatThrownBy(
              () ->
                  call(target, new Hello(ATTEMPT - 1, 1, 0, 7), Handshake.secret(target.secret())))
          .isInstanceOf(IOException.class);
      call(target, new Hello(ATTEMPT, 1, 0, 7), Handshake.secret(target.secret()))
          .channel()
          .close();
      target.assertUnharmed();
    }
  }

  private static Connection call(Target target, Hello hello, byte[] secret) throws IOException {
    return Caller.call(target.address(), hello, secret, Deadline.in(10));
  }
}
