package io.espalier.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.torch.Precision;
import io.espalier.train.DomainSequences;
import io.espalier.train.GlobalBatch;
import io.espalier.train.OptimizerSettings;
import io.espalier.train.ParallelSettings;
import io.espalier.train.PolynomialSchedule;
import io.espalier.train.StabilitySettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TrialQueueTest {
  private static final TrainingSettings SETTINGS =
      new TrainingSettings(
          Precision.FLOAT32,
          1000,
          0.5,
          4,
          4,
          false,
          ParallelSettings.SERIAL,
          new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 1),
          new PolynomialSchedule(1e-3, 0.08, 1, 0),
          StabilitySettings.OFF,
          100,
          1,
          10,
          "cpu");

  private static TrainingPlan plan(String name, String parent, long updates) {
    return new TrainingPlan(
        name,
        parent,
        List.of(new DomainSequences("all", 100)),
        20,
        0,
        updates,
        0,
        new GlobalBatch(4, 4),
        ParallelSettings.SERIAL,
        SETTINGS);
  }

  private static String taken(TrialQueue queue) throws InterruptedException {
    return queue.take().map(TrainingPlan::checkpoint).orElse("");
  }

  @Test
  void theLongestWayGoesFirst() throws InterruptedException {
    TrainingPlan root = plan("root", "", 10);
    TrialQueue queue =
        new TrialQueue(
            List.of(
                plan("alone", "", 300), root, plan("child", "root", 400), plan("on", "seed", 5)));
    assertThat(taken(queue)).isEqualTo("root");
    assertThat(taken(queue)).isEqualTo("alone");
    queue.completed(root);
    assertThat(taken(queue)).isEqualTo("child");
    assertThat(taken(queue)).isEqualTo("on");
  }

  @Test
  void aChildWaitsForItsParent() throws InterruptedException {
    TrainingPlan root = plan("root", "", 10);
    TrialQueue queue = new TrialQueue(List.of(root, plan("child", "root", 1)));
    assertThat(taken(queue)).isEqualTo("root");
    CompletableFuture<String> child =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return taken(queue);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(child.completeOnTimeout("waits", 200, java.util.concurrent.TimeUnit.MILLISECONDS))
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo("waits");
    queue.completed(root);
  }

  @Test
  void whatDescendsFromAFailureIsNeverHandedOut() throws InterruptedException {
    TrainingPlan root = plan("root", "", 10);
    TrialQueue queue =
        new TrialQueue(
            List.of(
                root,
                plan("child", "root", 1),
                plan("grandchild", "child", 1),
                plan("other", "", 1)));
    assertThat(taken(queue)).isEqualTo("root");
    queue.failed(root);
    TrainingPlan other = queue.take().orElseThrow();
    assertThat(other.checkpoint()).isEqualTo("other");
    queue.completed(other);
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void manyWorkersTakeEveryPlanOnceAndParentsFirst() throws InterruptedException {
    List<TrainingPlan> plans = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      plans.add(plan("p" + i, i < 5 ? "" : "p" + (i * 7 % (i - 1)), 1 + i % 9));
    }
    TrialQueue queue = new TrialQueue(plans);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> workers =
        Stream.generate(() -> new Thread(() -> work(queue, order))).limit(6).toList();
    workers.forEach(Thread::start);
    for (Thread worker : workers) {
      worker.join();
    }
    assertThat(order).hasSize(200).doesNotHaveDuplicates();
    for (TrainingPlan plan : plans) {
      if (!plan.parent().isEmpty()) {
        assertThat(order.indexOf(plan.parent())).isLessThan(order.indexOf(plan.checkpoint()));
      }
    }
  }

  private static void work(TrialQueue queue, List<String> order) {
    try {
      Optional<TrainingPlan> plan = queue.take();
      while (plan.isPresent()) {
        order.add(plan.get().checkpoint());
        queue.completed(plan.get());
        plan = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
