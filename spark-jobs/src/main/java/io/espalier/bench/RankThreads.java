package io.espalier.bench;

import io.espalier.comm.Communicator;
import io.espalier.comm.InProcessBackend;
import io.espalier.model.AdamWStep;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import io.espalier.model.TokenBatch;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Trainings side by side, each on a thread of its own: the ranks of one model, or models that know
 * nothing of one another. Owns them until closed.
 */
final class RankThreads implements AutoCloseable {
  private static final long SEED = 20;
  private static final double TIMEOUT_SECONDS = 600;

  private final TrainSize size;
  private final int accumulation;
  private final int trainedTogether;
  private final List<ExecutorService> threads = new ArrayList<>();
  private final List<LanguageModel> models = new ArrayList<>();
  private final List<TimedCommunicator> communicators;
  private final TokenBatch batch;
  private final int batchesPerUpdate;
  private long done;

  /**
   * What some updates took.
   *
   * @param communicationSeconds of rank 0, in collectives
   */
  record Time(double wallSeconds, double communicationSeconds, long tokens) {
    double tokensPerSecond() {
      return tokens / wallSeconds;
    }
  }

  private RankThreads(
      TrainSize size,
      int accumulation,
      int threadsPerRank,
      List<Ranks> ranks,
      List<TimedCommunicator> communicators) {
    this.size = size;
    this.accumulation = accumulation;
    this.communicators = communicators;
    this.trainedTogether = ranks.get(0).data().size();
    this.batchesPerUpdate = ranks.size() / ranks.get(0).tensor().size();
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", threadsPerRank);
    ranks.forEach(rank -> threads.add(Executors.newSingleThreadExecutor()));
    models.addAll(
        all(
            i -> {
              LanguageModel model = size.model().build(options, ranks.get(i));
              model.initialize(SEED);
              return model;
            }));
    Random random = new Random(SEED);
    this.batch =
        new TokenBatch(
            size.sequences(),
            size.tokens(),
            random.longs(size.tokensPerStep(), 0, size.vocabularySize()).toArray(),
            random.longs(size.tokensPerStep(), 0, size.vocabularySize()).toArray());
  }

  /** One rank alone, with some threads for each operator. */
  static RankThreads serial(TrainSize size, int threads) {
    return new RankThreads(size, 1, threads, List.of(Ranks.serial()), List.of());
  }

  /** Two tensor-parallel ranks of one thread each. */
  static RankThreads tensorParallel(TrainSize size) {
    List<TimedCommunicator> both = pair();
    return new RankThreads(
        size,
        1,
        1,
        both.stream().map(c -> new Ranks(c, Ranks.serial().data(), false, false)).toList(),
        both);
  }

  /** Two data-parallel ranks of one thread each; both work through as many micro-batches. */
  static RankThreads dataParallel(TrainSize size, int accumulation) {
    List<TimedCommunicator> both = pair();
    return new RankThreads(
        size,
        accumulation,
        1,
        both.stream().map(c -> new Ranks(Ranks.serial().tensor(), c, false, false)).toList(),
        both);
  }

  /** Two trainings of one thread each that exchange nothing. */
  static RankThreads independent(TrainSize size, int accumulation) {
    List<Ranks> two = List.of(Ranks.serial(), Ranks.serial());
    return new RankThreads(size, accumulation, 1, two, List.of());
  }

  private static List<TimedCommunicator> pair() {
    List<Communicator> both = InProcessBackend.communicators(2, TIMEOUT_SECONDS);
    return both.stream().map(TimedCommunicator::new).toList();
  }

  Time run(int updates) {
    communicators.forEach(TimedCommunicator::takeSeconds);
    long start = System.nanoTime();
    all(
        i -> {
          for (int update = 0; update < updates; update++) {
            update(models.get(i), done + update + 1);
          }
          return i;
        });
    done += updates;
    double wall = (System.nanoTime() - start) / 1e9;
    double communication = communicators.isEmpty() ? 0 : communicators.get(0).takeSeconds();
    long perUpdate = (long) size.tokensPerStep() * accumulation * batchesPerUpdate;
    return new Time(wall, communication, perUpdate * updates);
  }

  private void update(LanguageModel model, long number) {
    double scale = 1.0 / ((double) batch.tokens() * accumulation * trainedTogether);
    for (int i = 1; i < accumulation; i++) {
      model.addGradients(batch, scale);
    }
    double loss = model.addLastGradients(batch, scale);
    double norm = model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1.0, 1e-4, number));
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new IllegalStateException(
          "Update %d has loss %s and gradient norm %s".formatted(number, loss, norm));
    }
  }

  /** What each thread does, at the same time, by its number. */
  private interface Work<T> {
    T of(int number);
  }

  private <T> List<T> all(Work<T> work) {
    List<Future<T>> running =
        IntStream.range(0, threads.size())
            .mapToObj(
                i -> {
                  Callable<T> call = () -> work.of(i);
                  return threads.get(i).submit(call);
                })
            .toList();
    List<T> results = new ArrayList<>();
    for (Future<T> result : running) {
      try {
        results.add(result.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The measurement was interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("A rank failed", e.getCause());
      }
    }
    return results;
  }

  @Override
  public void close() {
    models.forEach(LanguageModel::close);
    communicators.forEach(TimedCommunicator::close);
    threads.forEach(ExecutorService::shutdown);
  }
}
