package io.espalier.checkpoint;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.util.functional.FutureIO;

/** A folder on a Hadoop file system: HDFS, S3A and others. The only class here that uses Hadoop. */
final class HadoopStorage implements Storage {
  /** File systems whose rename of a folder is one step; all others are taken for object stores. */
  private static final Set<String> ATOMIC_RENAME = Set.of("hdfs", "viewfs", "webhdfs");

  /** Hadoop 3.4.2 on S3A: put with If-None-Match. Elsewhere it is ignored. */
  private static final String CONDITIONAL_CREATE = "fs.option.create.conditional.overwrite";

  /** Neither looks for what is there nor tidies the folders above. Elsewhere it is ignored. */
  private static final String WITHOUT_PROBES = "fs.s3a.create.performance";

  /** Each read at a position is one request for these bytes, not for the rest of the file. */
  private static final String READ_POLICY = "fs.option.openfile.read.policy";

  private static final int COPY_BYTES = 1 << 20;

  /** A request to an object store costs as long as some megabytes take. */
  private static final int READ_AT_ONCE_BYTES = 8 << 20;

  private final Configuration configuration;
  private final FileSystem fileSystem;
  private final Path folder;

  HadoopStorage(Configuration configuration, FileSystem fileSystem, Path folder) {
    this.configuration = configuration;
    this.fileSystem = fileSystem;
    this.folder = fileSystem.makeQualified(folder);
  }

  /** The folder at a URI; a local one is reached without Hadoop. */
  static Storage of(Configuration configuration, String uri) throws IOException {
    Path folder = new Path(uri);
    FileSystem fileSystem = folder.getFileSystem(configuration);
    return fileSystem.getUri().getScheme().equals("file")
        ? new LocalStorage(java.nio.file.Path.of(folder.toUri().getPath()))
        : new HadoopStorage(configuration, fileSystem, folder);
  }

  @Override
  public String nameOf(String path) {
    return at(path).toString();
  }

  @Override
  public boolean renamesAtomically() {
    return ATOMIC_RENAME.contains(fileSystem.getUri().getScheme());
  }

  @Override
  public List<String> list(String path) throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(at(path)))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public boolean exists(String path) throws IOException {
    return fileSystem.exists(at(path));
  }

  @Override
  public Instant modified(String path) throws IOException {
    return Instant.ofEpochMilli(fileSystem.getFileStatus(at(path)).getModificationTime());
  }

  @Override
  public ReadableFile open(String path) throws IOException {
    FileStatus status = fileSystem.getFileStatus(at(path));
    FutureDataInputStreamBuilder builder = fileSystem.openFile(at(path));
    builder.withFileStatus(status); // Or S3A would ask again.
    builder.opt(READ_POLICY, "random");
    return new Reading(nameOf(path), status.getLen(), FutureIO.awaitFuture(builder.build()));
  }

  @Override
  public WritableFile create(String path) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(at(path));
    builder.recursive();
    // Attempts' names are their own, so an object store needn't look whether the place is free.
    builder.overwrite(putsConditionally());
    builder.opt(WITHOUT_PROBES, true);
    return new Writing(builder.build());
  }

  @Override
  public Optional<WritableFile> reopen(String path, long keptBytes) {
    return Optional.empty(); // Objects can't be changed, and HDFS only grows.
  }

  @Override
  public Optional<Closeable> lock(String path) {
    return Optional.empty();
  }

  @Override
  public boolean putIfAbsent(String path, byte[] bytes) throws IOException {
    if (renamesAtomically()) {
      return putByRename(path, bytes, Options.Rename.NONE);
    }
    try {
      writeWhole(conditional(fileSystem.createFile(at(path))), bytes);
      return true;
    } catch (IOException e) {
      // S3A reports the lost race as its own exception when the stream closes; others at creation.
      if (!fileSystem.exists(at(path))) {
        throw e;
      }
      // A put whose answer was lost is repeated by the client and refused because of itself.
      return Arrays.equals(read(path), bytes);
    }
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    if (renamesAtomically()) {
      putByRename(path, bytes, Options.Rename.OVERWRITE);
    } else {
      FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(at(path));
      builder.recursive();
      builder.overwrite(true);
      builder.opt(WITHOUT_PROBES, true);
      writeWhole(builder, bytes);
    }
  }

  /** The put itself decides; looking before it, as S3A would, only costs requests. */
  private FSDataOutputStreamBuilder<?, ?> conditional(FSDataOutputStreamBuilder<?, ?> builder) {
    boolean enforced = putsConditionally();
    builder.recursive();
    builder.overwrite(enforced);
    builder.opt(CONDITIONAL_CREATE, true);
    builder.opt(WITHOUT_PROBES, enforced);
    return builder;
  }

  private boolean putsConditionally() {
    return fileSystem.getUri().getScheme().equals("s3a");
  }

  private static void writeWhole(FSDataOutputStreamBuilder<?, ?> builder, byte[] bytes)
      throws IOException {
    try (FSDataOutputStream out = builder.build()) {
      out.write(bytes);
    }
  }

  private boolean putByRename(String path, byte[] bytes, Options.Rename how) throws IOException {
    Path temporary = at(path + "." + UUID.randomUUID());
    try {
      try (FSDataOutputStream out = fileSystem.create(temporary, false)) {
        out.write(bytes);
      }
      FileContext.getFileContext(fileSystem.getUri(), configuration)
          .rename(temporary, at(path), how);
      return true;
    } catch (FileAlreadyExistsException e) {
      fileSystem.delete(temporary, false);
      return false;
    }
  }

  @Override
  public boolean rename(String from, String to) throws IOException {
    try {
      // FileSystem.rename would move the folder into an existing one; this refuses instead.
      FileContext.getFileContext(fileSystem.getUri(), configuration)
          .rename(at(from), at(to), Options.Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void delete(String path) throws IOException {
    fileSystem.delete(at(path), true);
  }

  private Path at(String path) {
    return path.isEmpty() ? folder : new Path(folder, path);
  }

  private record Reading(String name, long lengthBytes, FSDataInputStream in)
      implements ReadableFile {
    @Override
    public int readAtOnceBytes() {
      return READ_AT_ONCE_BYTES;
    }

    @Override
    public void read(long position, ByteBuffer destination) throws IOException {
      if (in.hasCapability(StreamCapabilities.PREADBYTEBUFFER)) {
        in.readFully(position, destination);
        return;
      }
      byte[] copy = new byte[Math.min(READ_AT_ONCE_BYTES, destination.remaining())];
      long next = position;
      while (destination.hasRemaining()) {
        int count = Math.min(copy.length, destination.remaining());
        in.readFully(next, copy, 0, count);
        destination.put(copy, 0, count);
        next += count;
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Closing before {@link #sync} gives the file up: an object store is to have none of it. */
  private static final class Writing implements WritableFile {
    private final FSDataOutputStream out;
    private boolean whole;
    private boolean closed;

    Writing(FSDataOutputStream out) {
      this.out = out;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int bytes = source.remaining();
      byte[] copy = new byte[Math.min(COPY_BYTES, bytes)];
      while (source.hasRemaining()) {
        int count = Math.min(copy.length, source.remaining());
        source.get(copy, 0, count);
        out.write(copy, 0, count);
      }
      return bytes;
    }

    @Override
    public void sync() throws IOException {
      whole = true;
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      if (!whole && out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
    }
  }
}
