package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.megatron.DocumentReader;
import io.espalier.prep.EncodedDocuments.EncodedRow;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A range of a tokenised corpus's documents, read by one task.
 *
 * @param role of its domain
 * @param first 0-based number of the first document
 * @param last the number after the last document's
 */
record MegatronTask(MegatronSource source, Role role, long first, long last)
    implements Serializable {
  /** So many bytes of tokens are read in a second and cost little when lost. */
  private static final long TARGET_BYTES = 32L << 20;

  /** More than a corpus has documents: then (number of corpus, document) makes one number. */
  static final long PLACES = 1L << 40;

  /** The tasks that read a corpus, in order. */
  static List<MegatronTask> of(MegatronSource source, Role role) {
    long documents = source.corpus().documents();
    long tasks = Math.max(1, Math.min(documents, source.corpus().tokenBytes() / TARGET_BYTES));
    List<MegatronTask> all = new ArrayList<>();
    for (long i = 0; i < tasks && documents > 0; i++) {
      all.add(new MegatronTask(source, role, documents * i / tasks, documents * (i + 1) / tasks));
    }
    return all;
  }

  /** The documents' rows, read while they are asked for; the caller closes the reader. */
  Iterator<EncodedRow> rows(DocumentReader documents, Tokenizer tokenizer) {
    return new Iterator<>() {
      private long number = first;

      @Override
      public boolean hasNext() {
        return documents.hasNext();
      }

      @Override
      public EncodedRow next() {
        return row(number++, documents.next(), tokenizer);
      }
    };
  }

  DocumentReader open(Configuration configuration) {
    return new DocumentReader(configuration, source.corpus(), first, last);
  }

  /** The order of a corpus's documents is kept: the place counts them. */
  private EncodedRow row(long number, long[] found, Tokenizer tokenizer) {
    int[] ids = withoutEnd(known(number, found, tokenizer), tokenizer.endOfTextId());
    int[] bytes = tokenizer.spelledBytes(ids);
    String prefix = source.corpus().prefix();
    return new EncodedRow(
        source.domain(),
        role.toString(),
        source.split() == MegatronSplit.DIVIDED ? "" : source.split().toString(),
        source.number() * PLACES + number,
        "%s#%d".formatted(prefix.substring(prefix.lastIndexOf('/') + 1), number),
        prefix,
        TokenBytes.pack(ids, tokenizer.vocabularySize()),
        TokenBytes.pack(bytes, Integer.MAX_VALUE),
        total(bytes));
  }

  private int[] known(long number, long[] found, Tokenizer tokenizer) {
    int[] ids = new int[found.length];
    for (int i = 0; i < ids.length; i++) {
      if (found[i] < 0 || found[i] >= tokenizer.vocabularySize()) {
        throw new ConfigException(
            "%s.path is %s, where document %d has the token id %d, but the tokenizer has a vocabulary of %,d; the tokenizer.json that the corpus was made with would work"
                .formatted(
                    source.key(),
                    source.corpus().prefix(),
                    number,
                    found[i],
                    tokenizer.vocabularySize()));
      }
      ids[i] = (int) found[i];
    }
    return ids;
  }

  /** A stream has an end-of-text token between documents anyway, whether they bring one or not. */
  private static int[] withoutEnd(int[] ids, int endOfTextId) {
    boolean ends = ids.length > 0 && ids[ids.length - 1] == endOfTextId;
    return ends ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }

  private static long total(int[] bytes) {
    long total = 0;
    for (int each : bytes) {
      total += each;
    }
    return total;
  }
}
