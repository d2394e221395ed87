package io.espalier.megatron;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The two files of a corpus. */
final class MegatronFiles {
  private MegatronFiles() {}

  static Path tokens(String prefix) {
    return new Path(prefix + ".bin");
  }

  static Path index(String prefix) {
    return new Path(prefix + ".idx");
  }

  /** The file system, on local disks without Hadoop's checksum files: others write there too. */
  static FileSystem fileSystem(Configuration configuration, Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem(configuration);
    return fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
  }
}
