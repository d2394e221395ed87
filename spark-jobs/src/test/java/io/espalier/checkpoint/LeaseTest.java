package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may write, who waits, who is refused, and who finds out that his time is over. */
@Timeout(60)
class LeaseTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  /** Long enough for a busy machine to renew in, and short enough to wait for a renewal. */
  private static final Duration RENEWED = Duration.ofSeconds(4);

  private static final Duration LONG = Duration.ofMinutes(10);

  /** On a machine that nobody here can look at. */
  private static final ProcessIdentity ELSEWHERE = new ProcessIdentity("elsewhere", 1, "");

  @TempDir private Path root;
  private final Configuration configuration = new Configuration();
  private final List<String> waits = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<LostLeaseException> lost = new CompletableFuture<>();

  @Test
  void theSecondIsRefusedByNameWhileTheFirstLives() {
    try (Lease first = take("espalier a (ada@here, process 1)", RENEWED)) {
      assertThatThrownBy(() -> take("b", SHORT))
          .isInstanceOf(ConfigException.class)
          .hasMessageMatching(
              "The run folder runs/x is being written by espalier a \\(ada@here, process 1\\)"
                  + " since \\S+Z, and is its at least until \\S+Z; wait for its end, end it, or take another --output");
      assertThat(first.epoch()).isEqualTo(1);
    }
  }

  @Test
  void whatIsGivenBackIsTakenAtOnce() {
    take("a", LONG).close();
    try (Lease second = take("b", LONG)) {
      assertThat(second.epoch()).isEqualTo(2);
      assertThat(waits).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"})
  void aSilentHolderIsWaitedForAsLongAsItsLeaseLastsWhateverItsClockSays(String clock)
      throws IOException {
    leases().begin(1, new LeaseRecord("id", "a", ELSEWHERE, clock, SHORT.toMillis(), 3, false));
    long begin = System.nanoTime();
    try (Lease next = take("b", LONG)) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SHORT);
      assertThat(next.epoch()).isEqualTo(2);
      assertThat(waits)
          .containsExactly(
              "The run folder runs/x belongs to a since %s; if that shows no sign of life for 1 s, it is taken over"
                  .formatted(clock));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"})
  void aHolderThatRenewsIsNotTakenOverWhateverItsClockSays(String clock) throws IOException {
    LeaseRecord held = new LeaseRecord("id", "a", ELSEWHERE, clock, RENEWED.toMillis(), 0, false);
    leases().begin(1, held);
    ScheduledExecutorService holder = Executors.newSingleThreadScheduledExecutor();
    AtomicReference<LeaseRecord> newest = new AtomicReference<>(held);
    Future<?> renewing =
        holder.scheduleAtFixedRate(
            () -> rewrite(newest.updateAndGet(LeaseRecord::renewed)),
            0,
            RENEWED.toMillis() / 4,
            TimeUnit.MILLISECONDS);
    try {
      assertThatThrownBy(() -> take("b", LONG))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is being written by a since " + clock);
    } finally {
      renewing.cancel(false);
      holder.shutdown();
    }
  }

  @Test
  void aDeadProcessOfThisMachineIsNotWaitedForEvenIfItsNumberIsUsedAgain() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    ProcessIdentity own = ProcessIdentity.current();
    leases().begin(1, ofProcess(new ProcessIdentity(own.machine(), dead.pid(), "then")));
    take("b", LONG).close();
    leases().begin(3, ofProcess(new ProcessIdentity(own.machine(), own.number(), "earlier")));
    try (Lease next = take("c", LONG)) {
      assertThat(next.epoch()).isEqualTo(4);
      assertThat(waits).isEmpty();
    }
    assertThat(own.hasEnded()).isFalse();
    assertThat(ELSEWHERE.hasEnded()).isFalse();
  }

  @Test
  void ofManyAtOnceOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String name = "thread " + i;
        tries.add(() -> isGiven(name));
      }
      int given = 0;
      for (Future<Boolean> one : threads.invokeAll(tries)) {
        given += one.get() ? 1 : 0;
      }
      assertThat(given).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void whoWasTakenOverCommitsNothingAndIsTold() throws Exception {
    try (Lease first = take("a", SHORT)) {
      CheckpointFolder folder =
          CheckpointFolder.local(root.resolve("seed"))
              .fencedBy(List.of(first.fence()), configuration);
      Samples.commit(folder, 1);
      leases().begin(2, ofProcess(ELSEWHERE));

      assertThatThrownBy(() -> Samples.commit(folder, 2))
          .isInstanceOf(LostLeaseException.class)
          .hasMessageContaining("gave in epoch 1 is b (since ", "'s now, in epoch 2: nothing more");
      assertThat(folder.all()).extracting(Checkpoint::step).containsExactly(1L);
      assertThat(lost.get(10, TimeUnit.SECONDS)).hasMessageContaining("epoch 2");
    }
    assertThat(leases().newest()).as("the other's lease isn't given back for it").isEqualTo(2);
  }

  @Test
  void aTaskThatSparkStartsAgainFencesItsPredecessorAtOnce() {
    String folder = root.resolve("leases/expert/law").toUri().toString();
    Fence before = Fence.replacing(configuration, folder, "a task");
    assertThatCode(() -> before.check(configuration)).doesNotThrowAnyException();
    Fence after = Fence.replacing(configuration, folder, "its retry");
    assertThatCode(() -> after.check(configuration)).doesNotThrowAnyException();
    assertThatThrownBy(() -> before.check(configuration))
        .isInstanceOf(LostLeaseException.class)
        .hasMessageContaining("is its retry (since ");
  }

  @Test
  void filesOfEpochsLongPastAreNotKept() throws IOException {
    for (int i = 0; i < 10; i++) {
      take("a", LONG).close();
    }
    assertThat(leases().newest()).isEqualTo(10);
    assertThat(leases().storage().list("")).containsExactly("00000009.json", "00000010.json");
  }

  private boolean isGiven(String name) {
    try {
      take(name, RENEWED);
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private void rewrite(LeaseRecord record) {
    try {
      leases().rewrite(1, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LeaseFolder leases() {
    return new LeaseFolder(new LocalStorage(root.resolve("leases/run")));
  }

  private static LeaseRecord ofProcess(ProcessIdentity process) {
    return new LeaseRecord("id", "b", process, "2026-01-01T00:00:00Z", LONG.toMillis(), 0, false);
  }

  private Lease take(String holder, Duration duration) {
    return Lease.take(
        configuration,
        root.resolve("leases/run").toUri().toString(),
        new Lease.Request("The run folder runs/x", holder, duration, waits::add, lost::complete));
  }
}
