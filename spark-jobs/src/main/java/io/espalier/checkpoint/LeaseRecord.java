package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * What the file of a lease says.
 *
 * @param id of this taking, which no other has: two files are never the same by chance
 * @param holder who has it, for people
 * @param process by which others on the same machine know that it is over
 * @param since when it was taken, by the holder's clock; for people
 * @param durationMillis how long it lasts unless it is renewed
 * @param renewals how often it was: what others watch
 * @param released whether the holder gave it back
 */
record LeaseRecord(
    String id,
    String holder,
    ProcessIdentity process,
    String since,
    long durationMillis,
    long renewals,
    boolean released) {

  static LeaseRecord begin(String holder, long durationMillis) {
    String id = UUID.randomUUID().toString();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new LeaseRecord(id, holder, ProcessIdentity.current(), now, durationMillis, 0, false);
  }

  LeaseRecord renewed() {
    return new LeaseRecord(id, holder, process, since, durationMillis, renewals + 1, released);
  }

  LeaseRecord givenBack() {
    return new LeaseRecord(id, holder, process, since, durationMillis, renewals, true);
  }

  byte[] encode() {
    return (Json.pretty(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static LeaseRecord decode(byte[] bytes) throws IOException {
    return Json.MAPPER.readValue(bytes, LeaseRecord.class);
  }
}
