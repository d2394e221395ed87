package io.espalier.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.Path;

/**
 * Parts of files that a writer uploaded to an object store before it died: nobody sees them, and
 * they are paid for until somebody gives them up.
 */
public final class UnfinishedUploads {
  private UnfinishedUploads() {}

  /**
   * Gives up every upload below a folder, on file systems that have such a thing. For who alone has
   * the right to write there.
   *
   * @return how many there were
   */
  public static int abort(Configuration configuration, String folder) {
    Path path = new Path(folder);
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      if (!fileSystem.hasPathCapability(path, CommonPathCapabilities.FS_MULTIPART_UPLOADER)
          || fileSystem.getUri().getScheme().equals("file")) {
        return 0;
      }
      try (MultipartUploader uploader = fileSystem.createMultipartUploader(path).build()) {
        return uploader.abortUploadsUnderPath(path).join();
      }
    } catch (CompletionException | IOException e) {
      throw new UncheckedIOException(
          "Cannot give up unfinished uploads below %s: %s".formatted(folder, e.getMessage()),
          e instanceof IOException io ? io : new IOException(e.getCause()));
    }
  }
}
