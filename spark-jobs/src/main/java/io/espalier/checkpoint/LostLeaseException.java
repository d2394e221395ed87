package io.espalier.checkpoint;

import java.io.IOException;

/** A writer found that another has taken its place; whatever it was about to commit, it didn't. */
public final class LostLeaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private LostLeaseException(String message) {
    super(message);
  }

  static LostLeaseException to(LeaseFolder leases, long epoch, long newest) throws IOException {
    String holder = "another process";
    var bytes = leases.read(newest);
    if (bytes.isPresent()) {
      LeaseRecord record = LeaseRecord.decode(bytes.get());
      holder = "%s (since %s)".formatted(record.holder(), record.since());
    }
    return new LostLeaseException(
        "The right to write that %s gave in epoch %d is %s's now, in epoch %d: nothing more is written here, and the other goes on from the last checkpoint"
            .formatted(leases.storage().nameOf(""), epoch, holder, newest));
  }
}
