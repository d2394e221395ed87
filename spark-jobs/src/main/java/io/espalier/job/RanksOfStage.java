package io.espalier.job;

import io.espalier.comm.AutoBackend;
import io.espalier.comm.CommSettings;
import io.espalier.comm.Communicator;
import io.espalier.comm.Participant;
import io.espalier.comm.Rendezvous;
import io.espalier.model.Ranks;
import io.espalier.train.ParallelSettings;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tasks of a barrier stage the ranks of one model: they meet through Spark's exchange, a
 * tensor-parallel group on one host where that can be.
 *
 * @param encrypted whether what ranks exchange over sockets is encrypted
 */
record RanksOfStage(ParallelSettings parallel, boolean encrypted) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RanksOfStage.class);

  /**
   * Meets the others, runs {@code body}, and leaves. If the body fails the others fail with its
   * reason, at once.
   *
   * @param fingerprint must be equal on all ranks
   * @param device {@code cpu} or {@code cuda:<number>}
   */
  <R> R meet(
      BarrierTaskContext context, String fingerprint, String device, Function<Ranks, R> body) {
    List<String> hosts = hosts(context);
    int rank = ranksByHost(hosts).indexOf(context.partitionId());
    Participant me =
        new Participant(
            rank,
            hosts.size(),
            context.stageAttemptNumber(),
            fingerprint,
            hosts.get(context.partitionId()),
            device);
    CommSettings settings =
        new CommSettings(new AutoBackend(), parallel.timeoutSeconds(), encrypted);
    try (Communicator world =
            Rendezvous.meet(settings, me, text -> inRankOrder(context, hosts, text));
        Communicator tensor = world.split(rank / parallel.tensorParallelSize(), rank);
        Communicator data = world.split(rank % parallel.tensorParallelSize(), rank)) {
      LOG.info("Rank {} of {} is on {} in attempt {}", rank, hosts.size(), me.host(), me.attempt());
      return run(
          new Ranks(tensor, data, parallel.sequenceParallel(), parallel.shardOptimizer()),
          world,
          body);
    }
  }

  private static <R> R run(Ranks ranks, Communicator world, Function<Ranks, R> body) {
    try {
      return body.apply(ranks);
    } catch (RuntimeException | Error e) {
      world.abort(e.toString());
      throw e;
    }
  }

  private static List<String> hosts(BarrierTaskContext context) {
    return Arrays.stream(context.getTaskInfos())
        .map(BarrierTaskInfo::address)
        .map(address -> address.replaceAll(":\\d+$", ""))
        .toList();
  }

  /** Partitions in the order of ranks: those of a host side by side. Pure. */
  static List<Integer> ranksByHost(List<String> hosts) {
    return IntStream.range(0, hosts.size())
        .boxed()
        .sorted(Comparator.<Integer, String>comparing(hosts::get).thenComparing(p -> p))
        .toList();
  }

  /** Spark returns texts in the order of partitions. */
  private static List<String> inRankOrder(
      BarrierTaskContext context, List<String> hosts, String text) {
    String[] byPartition = context.allGather(text);
    return ranksByHost(hosts).stream().map(partition -> byPartition[partition]).toList();
  }
}
