package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalShardTest {
  private static final ShardKey KEY = new ShardKey("table-1", 3, "legal & law", "train");

  @TempDir Path folder;

  /** Sequences of the widths that windows have, with padding behind the last one's real tokens. */
  private static List<long[]> sequences(int count, TokenType type) {
    Random random = new Random(5);
    int bound = type == TokenType.UINT16 ? 65536 : Integer.MAX_VALUE;
    List<long[]> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = i == count - 1 ? 3 : 17;
      sequences.add(random.ints(length, 0, bound).asLongStream().toArray());
    }
    return sequences;
  }

  private static SequenceStream stream(List<long[]> sequences, TokenType type) {
    return sink -> {
      for (long[] sequence : sequences) {
        sink.accept(padded(sequence, type, 17), sequence.length);
      }
    };
  }

  private static byte[] padded(long[] sequence, TokenType type, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long token : sequence) {
      if (type == TokenType.UINT16) {
        bytes.putShort((short) token);
      } else {
        bytes.putInt((int) token);
      }
    }
    return bytes.array();
  }

  private static long[] read(LocalShard shard, long sequence) {
    long[] into = new long[shard.longestTokens()];
    int count = shard.read(sequence, into);
    return Arrays.copyOf(into, count);
  }

  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasWritten(TokenType type) throws IOException {
    List<long[]> sequences = sequences(1000, type);
    LocalShard shard = LocalShard.openOrWrite(folder, KEY, type, stream(sequences, type));
    assertThat(shard.sequences()).isEqualTo(1000);
    assertThat(shard.longestTokens()).isEqualTo(17);
    assertThat(shard.totalTokens()).isEqualTo(999 * 17 + 3);
    for (int i = 0; i < 1000; i++) {
      assertThat(read(shard, i)).isEqualTo(sequences.get(i));
    }
    assertThatThrownBy(() -> shard.tokenCount(1000)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void sequencesThatCrossAWindowOfTheMappingAreWhole(TokenType type) throws IOException {
    List<long[]> sequences = sequences(1000, type);
    LocalShard.openOrWrite(folder, KEY, type, stream(sequences, type));
    for (long windowBytes : new long[] {64, 101, 1000}) {
      LocalShard shard = new LocalShard(folder.resolve(KEY.fileName()), windowBytes);
      for (int i = 0; i < 1000; i++) {
        assertThat(read(shard, i)).isEqualTo(sequences.get(i));
      }
    }
  }

  @Test
  void tokensBeyondTwoGigabytesAreRead() throws IOException {
    int length = 1 << 20;
    int count = 1200;
    Path stem = folder.resolve("large");
    writeSparse(stem, count, length);
    LocalShard shard = LocalShard.open(stem);
    assertThat(shard.totalTokens() * 2).isGreaterThan(Integer.MAX_VALUE);
    long[] into = new long[length];
    for (int sequence : new int[] {0, 1, 511, 512, 1023, 1024, 1199}) {
      assertThat(shard.read(sequence, into)).isEqualTo(length);
      assertThat(into[0]).isEqualTo(sequence);
      assertThat(into[length - 1]).isEqualTo(sequence + 40_000);
    }
  }

  /** A token file with holes, so that it is long without taking room; first and last tokens set. */
  private static void writeSparse(Path stem, int count, int length) throws IOException {
    ByteBuffer index = ByteBuffer.allocate(34 + 12 * count + 16).order(ByteOrder.LITTLE_ENDIAN);
    index.put("MMIDIDX\0\0".getBytes(StandardCharsets.US_ASCII));
    index.putLong(1).put((byte) 8).putLong(count).putLong(2);
    for (int i = 0; i < count; i++) {
      index.putInt(length);
    }
    for (int i = 0; i < count; i++) {
      index.putLong(2L * length * i);
    }
    index.putLong(0).putLong(count);
    Files.write(Path.of(stem + ".idx"), index.array());
    try (FileChannel tokens =
        FileChannel.open(
            Path.of(stem + ".bin"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (int i = 0; i < count; i++) {
        tokens.write(uint16(i), 2L * length * i);
        tokens.write(uint16(i + 40_000), 2L * length * (i + 1) - 2);
      }
    }
  }

  private static ByteBuffer uint16(int token) {
    return ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) token);
  }

  @Test
  void aShardIsWrittenOnceHoweverManyTasksAskForIt() throws Exception {
    List<long[]> sequences = sequences(100, TokenType.UINT16);
    AtomicInteger writers = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService tasks = Executors.newFixedThreadPool(6);
    try {
      List<Future<LocalShard>> shards = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        shards.add(
            tasks.submit(
                () -> {
                  start.await();
                  return LocalShard.openOrWrite(
                      folder,
                      KEY,
                      TokenType.UINT16,
                      sink -> {
                        writers.incrementAndGet();
                        stream(sequences, TokenType.UINT16).sendTo(sink);
                      });
                }));
      }
      start.countDown();
      for (Future<LocalShard> shard : shards) {
        assertThat(read(shard.get(), 42)).isEqualTo(sequences.get(42));
      }
    } finally {
      tasks.shutdownNow();
    }
    assertThat(writers).hasValue(1);
  }

  @Test
  void aWriterThatFailsLeavesNothingThatCouldBeOpened() throws IOException {
    SequenceStream failing =
        sink -> {
          sink.accept(new byte[34], 17);
          throw new IOException("the table went away");
        };
    assertThatThrownBy(() -> LocalShard.openOrWrite(folder, KEY, TokenType.UINT16, failing))
        .isInstanceOf(IOException.class)
        .hasMessage("the table went away");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).allMatch(file -> file.toString().endsWith(".lock"));
    }
    List<long[]> sequences = sequences(10, TokenType.UINT16);
    LocalShard shard =
        LocalShard.openOrWrite(folder, KEY, TokenType.UINT16, stream(sequences, TokenType.UINT16));
    assertThat(read(shard, 9)).isEqualTo(sequences.get(9));
  }

  @Test
  void filesAreThoseOfMegatron() throws IOException {
    for (String name : List.of("shard.bin", "shard.idx", "shard.json")) {
      try (InputStream in = LocalShardTest.class.getResourceAsStream("/golden/train/" + name)) {
        Files.write(folder.resolve(name), Objects.requireNonNull(in).readAllBytes());
      }
    }
    long[][] golden =
        new ObjectMapper().readValue(folder.resolve("shard.json").toFile(), long[][].class);
    LocalShard shard = LocalShard.open(folder.resolve("shard"));
    assertThat(shard.sequences()).isEqualTo(golden.length);
    for (int i = 0; i < golden.length; i++) {
      assertThat(read(shard, i)).isEqualTo(golden[i]);
    }
    LocalShard.openOrWrite(
        folder, KEY, TokenType.UINT16, stream(List.of(golden), TokenType.UINT16));
    assertThat(folder.resolve(KEY.fileName() + ".bin"))
        .hasSameBinaryContentAs(folder.resolve("shard.bin"));
    assertThat(folder.resolve(KEY.fileName() + ".idx"))
        .hasSameBinaryContentAs(folder.resolve("shard.idx"));
  }

  @Test
  void anEmptyShardHasNoSequences() throws IOException {
    LocalShard shard = LocalShard.openOrWrite(folder, KEY, TokenType.UINT16, sink -> {});
    assertThat(shard.sequences()).isZero();
    assertThat(shard.longestTokens()).isZero();
  }

  @Test
  void namesDifferWhereverContentsMay() {
    assertThat(
            Stream.of(
                    KEY,
                    new ShardKey("table-2", 3, "legal & law", "train"),
                    new ShardKey("table-1", 4, "legal & law", "train"),
                    new ShardKey("table-1", 3, "legal_& law", "train"),
                    new ShardKey("table-1", 3, "legal & law", "test"))
                .map(ShardKey::fileName))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Za-z0-9_.-]+"));
  }

  @Test
  void damagedFilesAreNamedAndRefused() throws IOException {
    LocalShard.openOrWrite(
        folder, KEY, TokenType.UINT16, stream(sequences(10, TokenType.UINT16), TokenType.UINT16));
    Path stem = folder.resolve(KEY.fileName());
    Path index = Path.of(stem + ".idx");
    Path tokens = Path.of(stem + ".bin");
    byte[] whole = Files.readAllBytes(index);

    Files.write(index, Arrays.copyOf(whole, 20));
    refused(stem, index + " is too short for a header");
    Files.write(index, Arrays.copyOf(whole, whole.length - 1));
    refused(stem, index + " has 169 bytes, which don't fit its 10 sequences");
    changed(index, whole, 0, 'X');
    refused(stem, index + " doesn't start with MMIDIDX");
    changed(index, whole, 9, 2);
    refused(stem, index + " has version 2 but only 1 is known");
    changed(index, whole, 17, 5);
    refused(stem, index + " has tokens of type 5 but only 8 (uint16) and 4 (int32) are known");
    changed(index, whole, 34 + 4, 16);
    refused(stem, index + " doesn't start sequence 2 at byte 66, where the one before it ends");
    changed(index, whole, 34 + 3, 0x80);
    refused(stem, index + " gives sequence 0 the length -2147483631");
    changed(index, whole, 25, 0x7f);
    refused(stem, index + " has 170 bytes, which don't fit its 9151314442816847882 sequences");
    Files.write(index, whole);
    Files.write(tokens, new byte[2], StandardOpenOption.APPEND);
    refused(stem, tokens + " has 314 bytes but its index says 312");
  }

  private static void changed(Path file, byte[] whole, int at, int value) throws IOException {
    byte[] copy = whole.clone();
    copy[at] = (byte) value;
    Files.write(file, copy);
  }

  private static void refused(Path stem, String sentence) {
    assertThatThrownBy(() -> LocalShard.open(stem))
        .isInstanceOf(FormatException.class)
        .hasMessage(sentence);
  }
}
