package io.espalier.checkpoint;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;

/**
 * Keeps out who wrote with right once and doesn't any more: a process that was stopped, or cut off,
 * and wakes up after another took its place. Asked right before each commit.
 *
 * @param folder of the lease, as a URI
 * @param epoch that the writer was given
 */
public record Fence(String folder, long epoch) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Begins an epoch of its own at once, whoever wrote before: for who is told from elsewhere, as
   * Spark tells tasks, that its predecessor doesn't count any more.
   *
   * @param holder who begins, for people
   */
  public static Fence replacing(Configuration configuration, String folder, String holder) {
    try {
      LeaseFolder leases = new LeaseFolder(HadoopStorage.of(configuration, folder));
      long epoch = leases.newest() + 1;
      while (!leases.begin(epoch, LeaseRecord.begin(holder, 0))) {
        epoch = leases.newest() + 1;
      }
      return new Fence(folder, epoch);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Lets the writer through whose epoch is the newest.
   *
   * @throws LostLeaseException if another took its place
   */
  public void check(Configuration configuration) {
    try {
      LeaseFolder leases = new LeaseFolder(HadoopStorage.of(configuration, folder));
      long newest = leases.newest();
      if (newest != epoch) {
        throw LostLeaseException.to(leases, epoch, newest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }
}
