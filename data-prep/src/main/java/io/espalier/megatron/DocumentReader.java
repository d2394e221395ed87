package io.espalier.megatron;

import static io.espalier.megatron.MegatronCorpus.require;

import io.espalier.config.FormatException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The documents [first, last) of a corpus, each as its token ids. Verifies on the way that
 * documents and sequences follow each other without gap or overlap; readers of neighbouring ranges
 * together verify the whole corpus. Holds one document at a time. One thread; closed by whoever
 * opened it.
 */
public final class DocumentReader implements Iterator<long[]>, AutoCloseable {
  /** A gibibyte of ids as longs: what a row can still be. */
  private static final long LARGEST_DOCUMENT_TOKENS = 1L << 27;

  private static final int BUFFER_BYTES = 1 << 16;

  private final MegatronCorpus corpus;
  private final long last;
  private final List<DataInputStream> open = new ArrayList<>();
  private final DataInputStream boundaries;
  private final DataInputStream lengths;
  private final DataInputStream offsets;
  private final DataInputStream tokens;
  private long document;
  private long sequence;
  private long position;

  /**
   * Opens a range.
   *
   * @param first 0-based number of its first document
   * @param last the number after its last document's
   * @throws FormatException here or while reading, if the files contradict themselves
   */
  public DocumentReader(Configuration configuration, MegatronCorpus corpus, long first, long last) {
    IndexLayout layout = corpus.layout();
    this.corpus = corpus;
    this.last = last;
    this.document = first;
    try {
      this.boundaries = open(configuration, corpus.index(), layout.boundaryAt(first));
      this.sequence = int64(boundaries);
      require(
          sequence >= 0 && sequence <= layout.sequences() && (first > 0 || sequence == 0),
          corpus.index(),
          "begins document %d at sequence %d of %d".formatted(first, sequence, layout.sequences()));
      this.lengths = open(configuration, corpus.index(), layout.lengthAt(sequence));
      this.offsets = open(configuration, corpus.index(), layout.offsetAt(sequence));
      this.position = nextOffset();
      require(
          position >= 0 && position <= corpus.tokenBytes() && (sequence > 0 || position == 0),
          corpus.index(),
          "begins sequence %d at byte %d of %d".formatted(sequence, position, corpus.tokenBytes()));
      this.tokens = open(configuration, corpus.tokens(), position);
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("Cannot read " + corpus.index(), e);
    } catch (FormatException e) {
      close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    return document < last;
  }

  @Override
  public long[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      long[] ids = read(Math.toIntExact(nextTokens()));
      document++;
      if (document == corpus.documents()) {
        requireEnd();
      }
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read document %d of %s".formatted(document, corpus), e);
    }
  }

  @Override
  public void close() {
    try {
      for (DataInputStream stream : open) {
        stream.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Length of the next document in tokens, its sequences verified. */
  private long nextTokens() throws IOException {
    long end = int64(boundaries);
    require(
        end >= sequence && end <= corpus.layout().sequences(),
        corpus.index(),
        "ends document %d at sequence %d, but it begins at %d of %d"
            .formatted(document, end, sequence, corpus.layout().sequences()));
    long start = position;
    while (sequence < end) {
      int length = littleEndian(lengths, Integer.BYTES).getInt();
      long bytes = (long) length * corpus.type().bytes();
      require(
          length >= 0 && bytes <= corpus.tokenBytes() - position,
          corpus.index(),
          "gives sequence %d the length %d at byte %d of %d"
              .formatted(sequence, length, position, corpus.tokenBytes()));
      position += bytes;
      sequence++;
      long next = nextOffset();
      require(
          next == position,
          corpus.index(),
          "begins sequence %d at byte %d, but the one before it ends at %d"
              .formatted(sequence, next, position));
    }
    long count = (position - start) / corpus.type().bytes();
    require(
        count <= LARGEST_DOCUMENT_TOKENS,
        corpus.index(),
        "has %d tokens in document %d but at most %d can be read"
            .formatted(count, document, LARGEST_DOCUMENT_TOKENS));
    return count;
  }

  /** Where the next sequence begins; after the last one, where the tokens end. */
  private long nextOffset() throws IOException {
    return sequence == corpus.layout().sequences() ? corpus.tokenBytes() : int64(offsets);
  }

  private void requireEnd() {
    require(
        sequence == corpus.layout().sequences(),
        corpus.index(),
        "has %d sequences but its last document ends at %d"
            .formatted(corpus.layout().sequences(), sequence));
  }

  private long[] read(int count) throws IOException {
    ByteBuffer bytes = littleEndian(tokens, Math.multiplyExact(count, corpus.type().bytes()));
    long[] ids = new long[count];
    Arrays.setAll(ids, i -> corpus.type().get(bytes));
    return ids;
  }

  private DataInputStream open(Configuration configuration, Path path, long at) throws IOException {
    FSDataInputStream file = MegatronFiles.fileSystem(configuration, path).open(path);
    DataInputStream in = new DataInputStream(new BufferedInputStream(file, BUFFER_BYTES));
    open.add(in);
    file.seek(at);
    return in;
  }

  private static long int64(DataInputStream in) throws IOException {
    return littleEndian(in, Long.BYTES).getLong();
  }

  private static ByteBuffer littleEndian(DataInputStream in, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    in.readFully(read);
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }
}
