package io.espalier.model;

import io.espalier.comm.Communicator;
import io.espalier.comm.InProcessBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Ranks as threads of this process.
 *
 * @param tensor size of each tensor-parallel group
 * @param data how many such groups
 */
public record RankThreads(
    int tensor, int data, boolean sequenceParallel, boolean dividedOptimizer) {
  private static final double TIMEOUT_SECONDS = 60;

  /** Each holds the whole optimizer. */
  public RankThreads(int tensor, int data, boolean sequenceParallel) {
    this(tensor, data, sequenceParallel, false);
  }

  /** What one rank does. */
  public interface Body<T> {
    T run(Ranks ranks) throws Exception;
  }

  /** Runs a body on every rank; results by rank, tensor ranks side by side. */
  public <T> List<T> run(Body<T> body) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tensor * data);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (Ranks ranks : ranks()) {
        calls.add(() -> asRank(ranks, body));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T asRank(Ranks ranks, Body<T> body) throws Exception {
    try {
      return body.run(ranks);
    } catch (Exception | AssertionError e) {
      ranks.abort(e.toString());
      throw e;
    } finally {
      ranks.tensor().close();
      ranks.data().close();
    }
  }

  private List<Ranks> ranks() {
    List<List<Communicator>> tensorGroups = new ArrayList<>();
    for (int d = 0; d < data; d++) {
      tensorGroups.add(group(tensor));
    }
    List<List<Communicator>> dataGroups = new ArrayList<>();
    for (int t = 0; t < tensor; t++) {
      dataGroups.add(group(data));
    }
    List<Ranks> all = new ArrayList<>();
    for (int d = 0; d < data; d++) {
      for (int t = 0; t < tensor; t++) {
        all.add(
            new Ranks(
                tensorGroups.get(d).get(t),
                dataGroups.get(t).get(d),
                sequenceParallel,
                dividedOptimizer));
      }
    }
    return all;
  }

  private static List<Communicator> group(int size) {
    return InProcessBackend.communicators(size, TIMEOUT_SECONDS);
  }
}
