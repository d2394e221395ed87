package io.espalier.prep;

import io.espalier.prep.input.InputFile;

/**
 * The hash of every input file of a run, found while it was read: a row of its own in the table
 * {@code records}, beside the file's records and in the same commit.
 */
final class FileHashes {
  /** A record number that no record has: the row's detail is the hash. */
  static final long RECORD = -2;

  private FileHashes() {}

  /** The row that keeps a file's hash. */
  static IngestedRow row(int origin, Role role, InputFile file, String hash) {
    return new IngestedRow(
        origin,
        file.path(),
        file.uri(),
        RECORD,
        role.toString(),
        "",
        "",
        "",
        "",
        0,
        "",
        "",
        "",
        "",
        "",
        hash,
        new byte[0]);
  }
}
