package io.espalier.train;

import static io.espalier.train.KeyedPermutation.mix;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which sequence is the n-th sample: a pure function of (seed, n).
 *
 * <p>Samples come in rounds that hold every domain once, in an order shuffled per round, so that
 * all domains are equally frequent, up to one, whatever their sizes (domain-balanced sampling).
 * With a {@link SeedMixture} a round holds each domain as often as its weight says. The r-th sample
 * of a domain is element r mod size of a permutation keyed by (seed, domain, epoch r / size):
 * within an epoch no sequence comes twice. The order of a domain depends on its name and not on its
 * company, so an expert that starts at the round where the seed stopped goes on with what the seed
 * has not seen.
 *
 * <p>Thread-safe.
 */
public final class SampleOrder {
  private final List<DomainSequences> domains;
  private final SampleRound round;
  private final long roundKey;
  private final long[] domainKeys;
  private final long[] dropoutKeys;

  /**
   * @param seed random seed of the run
   * @param domains in any order, each with at least one sequence
   */
  public SampleOrder(long seed, List<DomainSequences> domains) {
    if (domains.isEmpty()) {
      throw new IllegalArgumentException("An order of samples needs at least one domain");
    }
    this.domains = List.copyOf(domains);
    this.round = SampleRound.of(domains);
    this.roundKey = key(seed, "round");
    this.domainKeys = domains.stream().mapToLong(d -> key(seed, "domain/" + d.domain())).toArray();
    this.dropoutKeys =
        domains.stream().mapToLong(d -> key(seed, "dropout/" + d.domain())).toArray();
  }

  /** The number of the domain, in the order of the constructor's list, of sample {@code n}. */
  public int domain(long n) {
    return round.domain(place(n));
  }

  /** The place in its round that sample {@code n} takes. */
  private int place(long n) {
    long number = n / round.length();
    long slot = n % round.length();
    return (int) new KeyedPermutation(round.length(), mix(roundKey ^ mix(number))).at(slot);
  }

  /** How many samples of the domain come before sample {@code n}, a round's by their places. */
  private long sample(int domain, long n) {
    return n / round.length() * round.samples(domain) + (place(n) - round.first()[domain]);
  }

  /** The number of the sequence within its domain, from 0, of sample {@code n}. */
  public long sequence(long n) {
    int domain = domain(n);
    long size = domains.get(domain).sequences();
    long sample = sample(domain, n);
    long epochKey = mix(domainKeys[domain] ^ mix(sample / size));
    return new KeyedPermutation(size, epochKey).at(sample % size);
  }

  /**
   * What decides the elements that dropout takes from sample {@code n}: another number for every
   * sample of a domain, in whichever batch, rank or attempt it is computed, and whatever other
   * domains there are. An expert's samples go on where the seed's stopped, so it repeats none.
   */
  public long dropoutKey(long n) {
    int domain = domain(n);
    return mix(dropoutKeys[domain] ^ mix(sample(domain, n)));
  }

  private static long key(long seed, String name) {
    long key = mix(seed);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key ^ (b & 0xFF));
    }
    return key;
  }
}
