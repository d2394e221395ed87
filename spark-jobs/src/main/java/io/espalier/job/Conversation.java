package io.espalier.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Models that say the next token together: each weighs as much as it is probable given the text so
 * far, P(j | x) ∝ prior_j · Π p_j(x_s | x_&lt;s) (Li et al. 2022, section 2). Side by side in
 * threads, because a row of a model leaves most of a core idle. Used by one thread.
 *
 * <p><b>Top-k.</b> The probability of an expert that isn't kept is known only if it reads the text
 * as well, which would save nothing. So the k most probable ones are chosen anew every {@value
 * #TOKENS_BETWEEN_CHOICES} tokens: then all others read what was written meanwhile, in one pass,
 * which costs little more than one token does. Between, the k share the weight by their own
 * posterior, which every token updates.
 */
final class Conversation implements AutoCloseable {
  static final int TOKENS_BETWEEN_CHOICES = 16;

  private final List<Speaker> all;
  private final int topK;
  private final ExecutorService threads;
  private List<Speaker> kept;
  private int tokensSinceChoice;

  /**
   * @param speakers become the conversation's
   * @param topK how many are kept; 0 = all
   */
  Conversation(List<Speaker> speakers, int topK, int threads) {
    this.all = List.copyOf(speakers);
    this.topK = topK == 0 ? all.size() : Math.min(topK, all.size());
    this.threads = Executors.newFixedThreadPool(threads);
    this.kept = all;
  }

  /**
   * Who says the next token, and how much each has to say.
   *
   * @param speakers those that are kept
   * @param posterior of each, before the token; sums to one
   */
  record Turn(List<Speaker> speakers, List<Double> posterior) {
    Turn {
      speakers = List.copyOf(speakers);
      posterior = List.copyOf(posterior);
    }

    /** The index of the most probable one. */
    int leader() {
      int leader = 0;
      for (int j = 1; j < posterior.size(); j++) {
        leader = posterior.get(j) > posterior.get(leader) ? j : leader;
      }
      return leader;
    }

    /** ln p of every token that may come next, up to a constant. */
    double[] logProbabilities() {
      int vocabulary = speakers.get(0).vocabularySize();
      double[] mixed = new double[vocabulary];
      for (int j = 0; j < speakers.size(); j++) {
        add(speakers.get(j), posterior.get(j), mixed);
      }
      if (speakers.size() > 1) {
        for (int id = 0; id < vocabulary; id++) {
          mixed[id] = Math.log(mixed[id]);
        }
      }
      return mixed;
    }

    private void add(Speaker speaker, double weight, double[] mixed) {
      boolean alone = speakers.size() == 1;
      for (int id = 0; id < mixed.length; id++) {
        double logProbability = speaker.logProbability(id);
        mixed[id] += alone ? logProbability : weight * Math.exp(logProbability);
      }
    }
  }

  /** Everyone reads a text that none of them wrote. */
  void begin(long[] text) {
    all.forEach(speaker -> speaker.hear(text));
    choose();
  }

  /** The next token's turn. */
  Turn turn() {
    double highest =
        kept.stream().mapToDouble(Speaker::logEvidence).max().orElse(Double.NEGATIVE_INFINITY);
    double[] weights =
        kept.stream().mapToDouble(s -> Math.exp(s.logEvidence() - highest)).toArray();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    List<Double> posterior = new ArrayList<>();
    for (double weight : weights) {
      posterior.add(weight / sum);
    }
    return new Turn(kept, posterior);
  }

  /** A token was said. */
  void said(int id) {
    all.forEach(speaker -> speaker.hear(id));
    tokensSinceChoice++;
    if (tokensSinceChoice == TOKENS_BETWEEN_CHOICES) {
      choose();
    } else {
      read(kept);
    }
  }

  private void choose() {
    read(all);
    tokensSinceChoice = 0;
    if (topK < all.size()) {
      kept =
          all.stream()
              .sorted(Comparator.comparingDouble(Speaker::logEvidence).reversed())
              .limit(topK)
              .toList();
    }
  }

  private void read(List<Speaker> speakers) {
    boolean judge = all.size() > 1;
    if (speakers.size() == 1) {
      speakers.get(0).read(judge);
      return;
    }
    List<Future<?>> reading = new ArrayList<>();
    speakers.forEach(speaker -> reading.add(threads.submit(() -> speaker.read(judge))));
    try {
      for (Future<?> one : reading) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("A model can't go on with the text", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try { // Nobody may be computing with what is closed next.
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(Speaker::close);
  }
}
