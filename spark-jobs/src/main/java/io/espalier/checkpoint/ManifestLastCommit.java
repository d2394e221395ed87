package io.espalier.checkpoint;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Files are written once, into a folder of the attempt below the step's; the manifest that names
 * them is put last and only if none is there. Where the file system lacks conditional creation, two
 * writers at the very same moment may both believe they won; a reader still finds one whole
 * manifest, whose files stay.
 */
record ManifestLastCommit() implements CommitProtocol {
  private static final String ATTEMPT_PREFIX = "attempt-";

  @Override
  public String attemptFolder(String stepFolder, String attempt) {
    return stepFolder + "/" + pathPrefix(attempt).replaceFirst("/$", "");
  }

  @Override
  public String pathPrefix(String attempt) {
    return ATTEMPT_PREFIX + attempt + "/";
  }

  @Override
  public boolean commit(Storage storage, String stepFolder, String attempt, byte[] manifest)
      throws IOException {
    return storage.putIfAbsent(stepFolder + "/" + ManifestFile.NAME, manifest);
  }

  @Override
  public void remove(Storage storage, String stepFolder) throws IOException {
    storage.delete(stepFolder + "/" + ManifestFile.NAME);
    storage.delete(stepFolder);
  }

  @Override
  public void displace(Storage storage, String stepFolder) throws IOException {
    storage.delete(stepFolder + "/" + ManifestFile.NAME);
  }

  @Override
  public List<String> uncommitted(Storage storage) throws IOException {
    List<String> attempts = new ArrayList<>();
    List<String> steps = storage.list("").stream().filter(n -> n.startsWith("step-")).toList();
    for (String step : steps) {
      Set<String> committed = committed(storage, step);
      for (String name : storage.list(step)) {
        if (name.startsWith(ATTEMPT_PREFIX) && !committed.contains(name)) {
          attempts.add(step + "/" + name);
        }
      }
    }
    return attempts;
  }

  private static Set<String> committed(Storage storage, String step) {
    try {
      return Checkpoint.open(storage, step).manifest().files().values().stream()
          .map(file -> file.path().replaceFirst("/.*", ""))
          .collect(Collectors.toSet());
    } catch (FormatException e) {
      return Set.of();
    }
  }

  @Override
  public boolean mayBeUnderWay() {
    return true;
  }
}
