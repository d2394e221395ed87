package io.espalier.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** How a checkpoint comes to be there in one step; see the package's description for why two. */
sealed interface CommitProtocol permits RenameCommit, ManifestLastCommit {

  /** The protocol that a file system can keep. */
  static CommitProtocol of(Storage storage) {
    return storage.renamesAtomically() ? new RenameCommit() : new ManifestLastCommit();
  }

  /** A name that no other attempt has. */
  static String newAttempt() {
    return UUID.randomUUID().toString();
  }

  /** The folder that an attempt writes its files into. */
  String attemptFolder(String stepFolder, String attempt);

  /** What stands before a file's name in its path from the step's folder. */
  String pathPrefix(String attempt);

  /**
   * Makes an attempt the checkpoint of its step.
   *
   * @return false if the step has one already; nothing was changed then
   */
  boolean commit(Storage storage, String stepFolder, String attempt, byte[] manifest)
      throws IOException;

  /** Removes a committed step, so that no reader ever takes what is half removed for whole. */
  void remove(Storage storage, String stepFolder) throws IOException;

  /**
   * Makes room where a damaged checkpoint lies, without touching the files of an attempt that is
   * about to take its place.
   */
  void displace(Storage storage, String stepFolder) throws IOException;

  /**
   * The folders of attempts that aren't committed: lost, under way, or left by writers that died.
   */
  List<String> uncommitted(Storage storage) throws IOException;

  /** Whether a step's folder without a manifest can be an attempt that is still being written. */
  boolean mayBeUnderWay();
}
