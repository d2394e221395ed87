package io.espalier.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A folder with a file for each epoch of a lease. An epoch begins when its file is made, which one
 * of several writers alone can do, and ends when the next one's is: the newest is the holder's.
 */
final class LeaseFolder {
  private static final String FILE = "\\d{8}\\.json";

  private final Storage storage;

  LeaseFolder(Storage storage) {
    this.storage = storage;
  }

  Storage storage() {
    return storage;
  }

  /** The newest epoch; 0 where there was none. */
  long newest() throws IOException {
    List<Long> epochs = epochs();
    return epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1);
  }

  /** What an epoch's file says, byte by byte; empty where it is gone. */
  Optional<byte[]> read(long epoch) throws IOException {
    try {
      return Optional.of(storage.read(file(epoch)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Begins an epoch, and forgets those long past.
   *
   * @return whether this call did
   */
  boolean begin(long epoch, LeaseRecord record) throws IOException {
    if (!storage.putIfAbsent(file(epoch), record.encode())) {
      return false;
    }
    for (long past : epochs()) {
      if (past < epoch - 1) {
        storage.delete(file(past));
      }
    }
    return true;
  }

  /** Whether a second beginning of the same epoch is refused, as it must be. */
  boolean refusesSecond(long epoch) throws IOException {
    return !storage.putIfAbsent(file(epoch), new byte[] {'{', '}'});
  }

  void rewrite(long epoch, LeaseRecord record) throws IOException {
    storage.replace(file(epoch), record.encode());
  }

  void delete(long epoch) throws IOException {
    storage.delete(file(epoch));
  }

  private List<Long> epochs() throws IOException {
    return storage.list("").stream()
        .filter(name -> name.matches(FILE))
        .map(name -> Long.parseLong(name.substring(0, 8)))
        .sorted()
        .toList();
  }

  private static String file(long epoch) {
    return "%08d.json".formatted(epoch);
  }
}
