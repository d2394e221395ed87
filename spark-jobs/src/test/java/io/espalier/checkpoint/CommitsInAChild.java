package io.espalier.checkpoint;

import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A process that holds a lease and commits one checkpoint after the other under it. */
final class CommitsInAChild {
  /** Exit code: a commit was refused. */
  static final int FENCED = 3;

  private CommitsInAChild() {}

  /** Run folder, duration of the lease in milliseconds, settings of the file system. */
  public static void main(String[] arguments) {
    Configuration configuration = new Configuration();
    for (String setting : List.of(arguments).subList(2, arguments.length)) {
      String[] keyAndValue = setting.split("=", 2);
      configuration.set(keyAndValue[0], keyAndValue[1]);
    }
    Lease lease =
        Lease.take(
            configuration,
            arguments[0] + "/leases/run",
            new Lease.Request(
                "The run folder",
                "the first writer",
                Duration.ofMillis(Long.parseLong(arguments[1])),
                System.out::println,
                lost -> {})); // Commits are to be refused by themselves.
    CheckpointFolder checkpoints =
        CheckpointFolder.open(configuration, arguments[0] + "/checkpoints")
            .fencedBy(List.of(lease.fence()), configuration);
    try {
      for (long step = 1; true; step++) {
        Samples.commit(checkpoints, step);
        System.out.println("committed " + step);
      }
    } catch (LostLeaseException e) {
      System.out.println(e.getMessage());
      System.exit(FENCED);
    }
  }
}
