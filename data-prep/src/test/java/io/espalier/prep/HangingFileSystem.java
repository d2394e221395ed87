package io.espalier.prep;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, but the first file with a given part in its path is written only halfway:
 * then it says so on standard output and hangs for good.
 */
public final class HangingFileSystem extends LocalFileSystem {
  /** System property with the part of the path. */
  static final String HANG_AT = "espalier.test.hang_at";

  /** System property with a local file: before it exists, nothing hangs. */
  static final String HANG_AFTER = "espalier.test.hang_after";

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream out =
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    boolean after = Files.exists(java.nio.file.Path.of(System.getProperty(HANG_AFTER, "/")));
    if (after && file.toString().contains(System.getProperty(HANG_AT, "\0"))) {
      out.writeBytes("half a file");
      out.hflush();
      hang(file);
    }
    return out;
  }

  private static void hang(Path file) {
    System.out.println("hanging at " + file);
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
