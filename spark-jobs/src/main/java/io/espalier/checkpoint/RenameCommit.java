package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Files are written into a hidden folder beside the steps, which is renamed to the step. */
record RenameCommit() implements CommitProtocol {
  private static final String ATTEMPT_PREFIX = ".attempt-";
  private static final String REMOVED_PREFIX = ".removed-";

  @Override
  public String attemptFolder(String stepFolder, String attempt) {
    return ATTEMPT_PREFIX + stepFolder + "-" + attempt;
  }

  @Override
  public String pathPrefix(String attempt) {
    return "";
  }

  @Override
  public boolean commit(Storage storage, String stepFolder, String attempt, byte[] manifest)
      throws IOException {
    String folder = attemptFolder(stepFolder, attempt);
    String path = folder + "/" + ManifestFile.NAME;
    if (!storage.exists(path)) {
      try (WritableFile file = storage.create(path)) {
        file.write(ByteBuffer.wrap(manifest));
        file.sync();
      }
    }
    return storage.rename(folder, stepFolder);
  }

  @Override
  public void remove(Storage storage, String stepFolder) throws IOException {
    String removed = REMOVED_PREFIX + stepFolder + "-" + CommitProtocol.newAttempt();
    if (storage.exists(stepFolder) && storage.rename(stepFolder, removed)) {
      storage.delete(removed);
    }
  }

  @Override
  public void displace(Storage storage, String stepFolder) throws IOException {
    remove(storage, stepFolder);
  }

  @Override
  public List<String> uncommitted(Storage storage) throws IOException {
    return storage.list("").stream()
        .filter(name -> name.startsWith(ATTEMPT_PREFIX) || name.startsWith(REMOVED_PREFIX))
        .toList();
  }

  @Override
  public boolean mayBeUnderWay() {
    return false;
  }
}
