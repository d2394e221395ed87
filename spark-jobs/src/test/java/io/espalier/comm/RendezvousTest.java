package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final CommSettings SETTINGS = TestGroup.settings(new AutoBackend());

  @Test
  void ranksOfTwoConfigurationsAreRefusedByName() throws Exception {
    assertRefused(
        rank -> new Participant(rank, 2, 0, rank == 0 ? "code 1" : "code 2", "127.0.0.1", "cpu"),
        "fingerprint is code 1 on rank 0",
        "code 2 on rank 1");
  }

  @Test
  void ranksOfTwoAttemptsAreRefusedByName() throws Exception {
    assertRefused(
        rank -> new Participant(rank, 2, 5 + rank, "code", "127.0.0.1", "cpu"),
        "attempt is 5 on rank 0",
        "6 on rank 1");
  }

  @Test
  void aRankThatCannotListenFailsTheOthersWithItsReason() throws Exception {
    CommSettings tcp = TestGroup.settings(new TcpBackend(TcpBackend.ANY_PORT));
    List<Throwable> failures =
        failures(
            tcp,
            rank ->
                new Participant(rank, 2, 0, "code", rank == 0 ? "127.0.0.1" : "192.0.2.1", "cpu"));
    assertThat(failures.get(1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("host is 192.0.2.1");
    assertThat(failures.get(0))
        .isInstanceOf(CommunicatorException.class)
        .hasMessageContaining("rank 1")
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void aHostThatNobodyKnowsIsOneSentence() throws Exception {
    CommSettings tcp = TestGroup.settings(new TcpBackend(TcpBackend.ANY_PORT));
    List<Throwable> failures =
        failures(tcp, rank -> new Participant(rank, 2, 0, "code", "no.such.host.invalid", "cpu"));
    assertThat(failures)
        .allSatisfy(
            f ->
                assertThat(f)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("host is no.such.host.invalid"));
  }

  @Test
  void ncclThatIsNotInstalledIsOneSentence() throws Exception {
    List<Throwable> failures =
        failures(
            TestGroup.settings(new NcclBackend("/nowhere/libnccl.so.2")),
            rank -> new Participant(rank, 2, 0, "code", "127.0.0.1", "cuda:" + rank));
    assertThat(failures)
        .allSatisfy(
            f ->
                assertThat(f)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("backend.library is /nowhere/libnccl.so.2")
                    .hasMessageContaining("LD_LIBRARY_PATH"));
  }

  @Test
  void ncclWithARankOnTheCpuIsRefused() {
    Introductions ranks = ranks(rank("a", "1", "x", "cuda:0"), rank("a", "1", "x", "cpu"));
    CommBackend nccl = new AutoBackend().chosenFor(ranks);
    assertThat(nccl).isInstanceOf(NcclBackend.class);
    assertThatThrownBy(() -> nccl.require(ranks))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rank 1 (a, process 1) computes on cpu");
  }

  @Test
  void autoTakesTheFastestThatConnectsAll() {
    Introduction first = rank("a", "machine 1", "jvm 1", "cpu");
    Introduction sameJvm = rank("a", "machine 1", "jvm 1", "cpu");
    Introduction sameMachine = rank("a", "machine 1", "jvm 2", "cpu");
    Introduction otherMachine = rank("a", "machine 2", "jvm 3", "cpu");
    AutoBackend auto = new AutoBackend();
    assertThat(auto.chosenFor(ranks(first, sameJvm))).isInstanceOf(InProcessBackend.class);
    assertThat(auto.chosenFor(ranks(first, sameJvm, sameMachine))).isInstanceOf(UnixBackend.class);
    assertThat(auto.chosenFor(ranks(first, sameMachine, otherMachine)))
        .isInstanceOf(TcpBackend.class);
  }

  @Test
  void aBackendThatCannotConnectTheRanksIsRefused() {
    Introductions ranks =
        ranks(rank("a", "machine 1", "jvm 1", "cpu"), rank("b", "machine 2", "jvm 2", "cpu"));
    assertThatThrownBy(() -> new InProcessBackend().require(ranks))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backend is in_process")
        .hasMessageContaining("aren't in one JVM");
    assertThatThrownBy(() -> new UnixBackend().require(ranks))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("aren't on one machine; tcp or auto would work");
  }

  @Test
  void anIntroductionSurvivesTheExchange() {
    Introduction odd =
        new Introduction("ho&st", "m\n", 12, "", 3, "f=%&ü", "cuda:1", "backend x, y");
    assertThat(Introduction.decoded(odd.encoded())).isEqualTo(odd);
  }

  private static Introductions ranks(Introduction... all) {
    return new Introductions(List.of(all));
  }

  private static Introduction rank(String host, String machine, String jvm, String device) {
    return new Introduction(host, machine, 1, jvm, 0, "code", device, "settings");
  }

  private static void assertRefused(Ranks.Work<Participant> participants, String... parts)
      throws Exception {
    assertThat(failures(SETTINGS, participants))
        .allSatisfy(
            f -> assertThat(f).isInstanceOf(ConfigException.class).hasMessageContainingAll(parts));
  }

  private static List<Throwable> failures(
      CommSettings settings, Ranks.Work<Participant> participants) throws Exception {
    TestGroup.InOneJvm exchange = new TestGroup.InOneJvm(2);
    try (Ranks ranks = new Ranks(2)) {
      List<Future<Communicator>> meetings =
          ranks.start(rank -> Rendezvous.meet(settings, participants.of(rank), exchange.of(rank)));
      return List.of(failure(meetings.get(0)), failure(meetings.get(1)));
    }
  }

  private static Throwable failure(Future<Communicator> meeting) throws Exception {
    try {
      throw new AssertionError("met: " + meeting.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }
}
