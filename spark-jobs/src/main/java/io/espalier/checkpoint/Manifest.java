package io.espalier.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes a folder of files a checkpoint.
 *
 * @param formatVersion version of the format; see the package's description
 * @param step updates since the beginning of training, the parents' included
 * @param provenance where the checkpoint comes from
 * @param files every file by its name
 */
public record Manifest(
    int formatVersion, long step, Provenance provenance, Map<String, FileEntry> files) {
  /** The version that this code writes. */
  public static final int FORMAT_VERSION = 1;

  public Manifest {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }
}
