package io.espalier.train;

import io.espalier.config.FormatException;
import io.espalier.megatron.IndexLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A domain's sequences as files on this host, memory-mapped, in the layout of Megatron's indexed
 * dataset ({@code .bin} and {@code .idx}); only real tokens are stored, so a sequence's length says
 * how many those are.
 *
 * <p>Files are written once per host, under a name that says what they hold, and never changed.
 * Thread-safe; nothing to close: pages belong to the file cache.
 */
public final class LocalShard {
  private final Path tokenFile;
  private final TokenType type;
  private final IndexLayout layout;
  private final MappedFile index;
  private final MappedFile tokens;
  private final int longestTokens;
  private final long totalTokens;

  LocalShard(Path stem, long windowBytes) throws IOException {
    this.tokenFile = ShardFiles.tokens(stem);
    Path indexFile = ShardFiles.index(stem);
    this.index = new MappedFile(indexFile, windowBytes, Long.BYTES);
    this.layout = ShardVerification.layout(indexFile, index);
    this.type = TokenType.ofCode(index.window(0).get(IndexLayout.TYPE_AT), indexFile);
    this.longestTokens = ShardVerification.longestTokens(indexFile, index, layout, type);
    this.tokens = new MappedFile(tokenFile, windowBytes, longestTokens * type.bytes());
    this.totalTokens = tokens.bytes() / type.bytes();
    ShardVerification.sameLength(tokenFile, tokens.bytes(), index, layout, type);
  }

  /** Shared by all tasks of a host; names of shards hold the table's identity and version. */
  public static Path folderOfHost() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "espalier-" + System.getProperty("user.name"),
        "shards");
  }

  /** The files of a shard that a folder may have. */
  public static List<Path> files(Path folder, ShardKey key) {
    Path stem = folder.resolve(key.fileName());
    return List.of(ShardFiles.tokens(stem), ShardFiles.index(stem), ShardFiles.lock(stem));
  }

  /**
   * Opens the shard of {@code key} in {@code folder}, after writing it if this host doesn't have
   * it. Tasks that ask at the same time wait for the one that writes.
   *
   * @param folder on a local disk, shared by the tasks of this host
   * @throws FormatException if the files there aren't whole
   */
  public static LocalShard openOrWrite(
      Path folder, ShardKey key, TokenType type, SequenceStream sequences) throws IOException {
    Path stem = folder.resolve(key.fileName());
    ShardFiles.writeOnce(stem, type, sequences);
    return open(stem);
  }

  /**
   * Opens an existing shard and verifies it.
   *
   * @param stem path of the two files without {@code .bin} and {@code .idx}
   */
  public static LocalShard open(Path stem) throws IOException {
    return new LocalShard(stem, MappedFile.WINDOW_BYTES);
  }

  /** How many sequences there are; they are numbered from 0 as in the table. */
  public long sequences() {
    return layout.sequences();
  }

  /** Real tokens of all sequences; each window's first token is no target. */
  public long totalTokens() {
    return totalTokens;
  }

  /** Real tokens of the longest sequence. */
  public int longestTokens() {
    return longestTokens;
  }

  /** How many real tokens a sequence has. */
  public int tokenCount(long sequence) {
    return index.int32(layout.lengthAt(checked(sequence)));
  }

  /**
   * Copies a sequence's real token ids to {@code into[0], into[1], …}.
   *
   * @return how many there are
   */
  public int read(long sequence, long[] into) {
    int count = tokenCount(sequence);
    long offset = index.int64(layout.offsetAt(sequence));
    ByteBuffer window = tokens.window(offset);
    int at = tokens.position(offset);
    if (type == TokenType.UINT16) {
      for (int i = 0; i < count; i++) {
        into[i] = window.getChar(at + Character.BYTES * i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = window.getInt(at + Integer.BYTES * i);
      }
    }
    return count;
  }

  /** Where the tokens lie, for messages. */
  @Override
  public String toString() {
    return tokenFile.toString();
  }

  private long checked(long sequence) {
    if (sequence < 0 || sequence >= layout.sequences()) {
      throw new IllegalArgumentException(
          "%s has the sequences 0 to %d, not %d".formatted(this, layout.sequences() - 1, sequence));
    }
    return sequence;
  }

  /** Bytes of both files, for the ledger. */
  public long bytes() {
    return index.bytes() + tokens.bytes();
  }

  /** Whether the files of {@code key} are already in {@code folder}. */
  public static boolean exists(Path folder, ShardKey key) {
    return Files.exists(ShardFiles.index(folder.resolve(key.fileName())));
  }
}
