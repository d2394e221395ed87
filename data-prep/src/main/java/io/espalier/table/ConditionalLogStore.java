package io.espalier.table;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log on S3 with any number of drivers: a commit is a put that the store refuses where the
 * version is there already. Delta's own default looks first and then puts, which loses commits of
 * two drivers silently. Loaded by Delta by its name.
 */
public final class ConditionalLogStore extends HadoopFileSystemLogStore {
  /** Hadoop 3.4.2 on S3A: put with If-None-Match. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  /** Neither looks for a folder of this name nor tidies above it. */
  private static final String WITHOUT_PROBES = "fs.s3a.create.performance";

  public ConditionalLogStore(Configuration initial) {
    super(initial);
  }

  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    byte[] bytes = lines(actions);
    FileSystem fileSystem = path.getFileSystem(configuration);
    try {
      put(fileSystem, path, bytes, overwrite);
    } catch (IOException e) {
      if (overwrite) {
        throw e;
      }
      requireOurs(fileSystem, path, bytes, e);
    }
  }

  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
    return false;
  }

  private static void put(FileSystem fileSystem, Path path, byte[] bytes, boolean overwrite)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(path);
    builder.recursive();
    builder.overwrite(true); // Without the condition's look in advance, which decides nothing.
    builder.opt(WITHOUT_PROBES, true);
    if (!overwrite) {
      builder.must(CONDITIONAL, true);
    }
    try (FSDataOutputStream out = builder.build()) {
      out.write(bytes);
    }
  }

  /**
   * A put whose answer was lost is repeated by the client and then refused because of itself: what
   * is there tells, as every commit has an identifier of its own.
   */
  private static void requireOurs(
      FileSystem fileSystem, Path path, byte[] bytes, IOException failure) throws IOException {
    byte[] there;
    try (InputStream in = fileSystem.open(path)) {
      there = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw failure;
    }
    if (!Arrays.equals(there, bytes)) {
      FileAlreadyExistsException conflict = new FileAlreadyExistsException(path.toString());
      conflict.initCause(failure);
      throw conflict;
    }
  }

  private static byte[] lines(Iterator<String> actions) {
    StringBuilder lines = new StringBuilder();
    actions.forEachRemaining(action -> lines.append(action).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
