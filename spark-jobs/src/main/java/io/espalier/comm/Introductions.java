package io.espalier.comm;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.function.Function;

/**
 * All ranks' introductions, in rank order.
 *
 * @param all one for each rank
 */
record Introductions(List<Introduction> all) {

  Introductions {
    all = List.copyOf(all);
  }

  /** Refuses ranks of different attempts, fingerprints or settings, naming two that differ. */
  void requireOneRun() {
    requireSame(
        "attempt", i -> Integer.toString(i.attempt()), "start all ranks of one attempt together");
    requireSame(
        "fingerprint",
        Introduction::fingerprint,
        "start all ranks with one configuration and one version of the code");
    requireSame("settings", Introduction::settings, "start all ranks with one configuration");
  }

  boolean areInOneJvm() {
    return all.stream().map(Introduction::jvm).distinct().count() == 1;
  }

  boolean areOnOneMachine() {
    return all.stream().map(Introduction::machine).distinct().count() == 1;
  }

  boolean haveAccelerators() {
    return all.stream().anyMatch(Introduction::hasAccelerator);
  }

  /** How many ranks share a rank's machine, itself included. */
  int onMachineOf(int rank) {
    String machine = all.get(rank).machine();
    return (int) all.stream().filter(i -> i.machine().equals(machine)).count();
  }

  /** Refuses a backend where ranks differ in something. */
  void requireSame(
      CommBackend backend, String what, Function<Introduction, String> value, String remedy) {
    int other = firstThatDiffers(value);
    if (other > 0) {
      throw new ConfigException(
          "backend is %s but rank 0 (%s) and rank %d (%s) aren't %s; %s would work"
              .formatted(
                  backend.typeName(),
                  all.get(0).place(),
                  other,
                  all.get(other).place(),
                  what,
                  remedy));
    }
  }

  /** Refuses a backend for accelerators where a rank has none. */
  void requireAccelerators(CommBackend backend) {
    for (int rank = 0; rank < all.size(); rank++) {
      if (!all.get(rank).hasAccelerator()) {
        throw new ConfigException(
            "backend is %s but rank %d (%s) computes on %s; a device cuda:<number> for every rank, or cpu for all with backend auto, would work"
                .formatted(
                    backend.typeName(), rank, all.get(rank).place(), all.get(rank).device()));
      }
    }
  }

  private void requireSame(String what, Function<Introduction, String> value, String remedy) {
    int other = firstThatDiffers(value);
    if (other > 0) {
      throw new ConfigException(
          "%s is %s on rank 0 (%s) but %s on rank %d (%s); %s"
              .formatted(
                  what,
                  value.apply(all.get(0)),
                  all.get(0).place(),
                  value.apply(all.get(other)),
                  other,
                  all.get(other).place(),
                  remedy));
    }
  }

  /** 0 if none does. */
  private int firstThatDiffers(Function<Introduction, String> value) {
    for (int rank = 1; rank < all.size(); rank++) {
      if (!value.apply(all.get(rank)).equals(value.apply(all.get(0)))) {
        return rank;
      }
    }
    return 0;
  }
}
