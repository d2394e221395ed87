package io.espalier.job;

import java.util.stream.Stream;

/** What is under way when a fault strikes. */
enum FaultSetting {
  /** Each expert is one task; the workers share this machine's network. */
  EXPERTS(false),

  /** The same, each worker on a host of its own. */
  EXPERTS_ON_HOSTS(true),

  /** Each expert is trained by two ranks, one on each host. */
  RANKS_ON_HOSTS(
      true, "experts.parallel.tensor_parallel_size=2", "experts.parallel.timeout_seconds=5");

  private final boolean hosts;
  private final String[] ranks;

  FaultSetting(boolean hosts, String... ranks) {
    this.hosts = hosts;
    this.ranks = ranks;
  }

  /** Whether workers are on a {@link HostNetwork}. */
  boolean hasHosts() {
    return hosts;
  }

  /** Whose bits it ends with: ranks add up in another order. */
  FaultSetting sameBitsAs() {
    return ranks.length > 0 ? RANKS_ON_HOSTS : EXPERTS;
  }

  /** A training's settings with what this adds to them. */
  String[] with(String... training) {
    return Stream.concat(Stream.of(training), Stream.of(ranks)).toArray(String[]::new);
  }
}
