package io.espalier.job;

import java.util.List;
import java.util.stream.Stream;

/** What is under way when a fault strikes. */
enum FaultSetting {
  /** Each expert is one task; the workers share this machine's network. */
  EXPERTS(false, false),

  /** The same, each worker on a host of its own. */
  EXPERTS_ON_HOSTS(true, false),

  /** Each expert is trained by two ranks, one on each host. */
  RANKS_ON_HOSTS(true, true);

  private static final List<String> RANKS =
      List.of("experts.parallel.tensor_parallel_size=2", "experts.parallel.timeout_seconds=5");

  private final boolean hosts;
  private final boolean ranks;

  FaultSetting(boolean hosts, boolean ranks) {
    this.hosts = hosts;
    this.ranks = ranks;
  }

  /** Whether workers are on a {@link HostNetwork}. */
  boolean hasHosts() {
    return hosts;
  }

  /** Whose bits it ends with: ranks add up in another order. */
  FaultSetting sameBitsAs() {
    return ranks ? RANKS_ON_HOSTS : EXPERTS;
  }

  /** A training's settings with what this adds to them. */
  String[] with(String... training) {
    Stream<String> added = ranks ? RANKS.stream() : Stream.empty();
    return Stream.concat(Stream.of(training), added).toArray(String[]::new);
  }
}
