package io.espalier.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte-pair encoding (Sennrich et al. 2016) over bytes (Radford et al. 2019): the most frequent
 * pair of neighbouring tokens becomes a token, until the vocabulary is full.
 *
 * <p>The merges are those of Hugging Face {@code tokenizers}: of equally frequent pairs the one
 * with the smaller ids wins, and a pair must occur {@value #MINIMUM_FREQUENCY} times, as in its
 * {@code ByteLevelBPETokenizer} (a pair seen once teaches nothing). Counts are 64-bit; the
 * reference's overflow beyond 2³¹ occurrences of a pair isn't imitated.
 *
 * <p>Pair counts are kept up to date word by word, and a priority queue holds candidates with
 * counts that may be out of date: they are corrected when they come up. The result depends on the
 * counts alone, not on the order of the map.
 */
public final class BpeTrainer {
  /** The token that ends a document; id 0. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  /** End-of-text and 256 bytes. */
  public static final int SMALLEST_VOCABULARY = 257;

  private static final int MINIMUM_FREQUENCY = 2;

  /** Most frequent first, then the smaller pair. */
  private static final Comparator<Candidate> ORDER =
      Comparator.comparingLong((Candidate c) -> c.count)
          .reversed()
          .thenComparingLong(candidate -> candidate.pair);

  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> idOfToken = new HashMap<>();
  private final Set<Long> merges = new LinkedHashSet<>();
  private final PairTable pairs = new PairTable();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(1 << 12, ORDER);

  /** A pair that might be merged next, with the words in which it is to be looked for. */
  private static final class Candidate {
    private final long pair;
    private final IntList words;
    private long count;

    Candidate(long pair, long count, IntList words) {
      this.pair = pair;
      this.count = count;
      this.words = words;
    }
  }

  private BpeTrainer() {}

  /**
   * Learns a vocabulary from counts of pre-tokens.
   *
   * @param preTokenCounts pieces of text as {@link Gpt2PreTokenizer} cuts them, with how often each
   *     occurs
   * @param vocabularySize at least {@value #SMALLEST_VOCABULARY}; the model has fewer tokens if the
   *     text has no more pairs that occur twice
   */
  public static BpeModel train(Map<String, Long> preTokenCounts, int vocabularySize) {
    if (vocabularySize < SMALLEST_VOCABULARY) {
      throw new IllegalArgumentException("vocabularySize is " + vocabularySize);
    }
    return new BpeTrainer().learn(preTokenCounts, vocabularySize);
  }

  private BpeModel learn(Map<String, Long> preTokenCounts, int vocabularySize) {
    addToken(END_OF_TEXT);
    int[] idOfByte = new int[256];
    for (char spelled : ByteLevelAlphabet.sorted()) {
      idOfByte[ByteLevelAlphabet.byteOf(spelled)] = addToken(String.valueOf(spelled));
    }
    Words words = Words.of(preTokenCounts, idOfByte);
    words.countPairs(pairs);
    enqueueSeen();
    while (tokens.size() < vocabularySize && mergeMostFrequent(words)) {}
    return model();
  }

  /** Merges one pair, or puts one candidate right; false if no pair is frequent enough. */
  private boolean mergeMostFrequent(Words words) {
    Candidate best = queue.poll();
    if (best == null) {
      return false;
    }
    long count = pairs.count(best.pair);
    if (best.count != count) {
      best.count = count;
      queue.add(best);
      return true;
    }
    if (count < MINIMUM_FREQUENCY) {
      return false;
    }
    int left = PairTable.left(best.pair);
    int right = PairTable.right(best.pair);
    int merged = addToken(tokens.get(left) + tokens.get(right));
    rank(best.pair);
    for (int i = 0; i < best.words.size(); i++) {
      words.merge(best.words.get(i), left, right, merged, pairs);
    }
    enqueueSeen();
    return true;
  }

  /** A token that two pairs spell is one token: their counts join, and a pair can come up again. */
  private int addToken(String token) {
    Integer known = idOfToken.putIfAbsent(token, tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(token);
    return tokens.size() - 1;
  }

  /** A pair that comes up again takes its later rank, as in the reference. */
  private void rank(long pair) {
    merges.remove(pair);
    merges.add(pair);
  }

  private void enqueueSeen() {
    pairs.drainSeen(
        (pair, count, words) -> {
          if (count > 0) {
            queue.add(new Candidate(pair, count, words));
          }
        });
  }

  private BpeModel model() {
    return new BpeModel(
        tokens,
        merges.stream()
            .map(pair -> new BpeModel.Merge(PairTable.left(pair), PairTable.right(pair)))
            .toList());
  }
}
