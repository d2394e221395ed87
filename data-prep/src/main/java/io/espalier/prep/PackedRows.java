package io.espalier.prep;

import io.espalier.table.PackedSequenceRow;
import io.espalier.table.RecordRows;
import io.espalier.text.PackedSequence;
import io.espalier.text.Packer;
import io.espalier.text.PackingSettings;
import io.espalier.text.TokenBytes;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Packs the sorted documents of one split of one domain.
 *
 * @param endOfTextId token that joins documents
 */
record PackedRows(PackingSettings settings, int vocabularySize, int endOfTextId)
    implements Serializable {

  /** The windows, made while they are asked for; a stream's documents must come together. */
  Iterator<Row> pack(Iterator<Row> documents) {
    return new Windows(this, documents);
  }

  private static final class Windows implements Iterator<Row> {
    private final PackedRows packing;
    private final Iterator<Row> documents;
    private final Queue<Row> ready = new ArrayDeque<>();
    private String domain = "";
    private String split = "";
    private @Nullable Packer packer;

    Windows(PackedRows packing, Iterator<Row> documents) {
      this.packing = packing;
      this.documents = documents;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && documents.hasNext()) {
        add(documents.next());
      }
      if (ready.isEmpty()) {
        finish();
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void add(Row document) {
      String rowDomain = document.getAs("domain");
      String rowSplit = document.getAs("split");
      if (packer == null || !rowDomain.equals(domain) || !rowSplit.equals(split)) {
        finish();
        domain = rowDomain;
        split = rowSplit;
        packer = Packer.of(packing.settings(), packing.endOfTextId(), this::emit);
      }
      int width = TokenBytes.width(packing.vocabularySize());
      packer.add(
          TokenBytes.unpack(document.getAs("tokens"), width),
          TokenBytes.unpack(document.getAs("token_bytes"), Integer.BYTES));
    }

    private void finish() {
      if (packer != null) {
        packer.finish();
        packer = null;
      }
    }

    private void emit(PackedSequence window) {
      ready.add(
          RecordRows.toRow(
              new PackedSequenceRow(
                  domain,
                  split,
                  window.sequenceId(),
                  TokenBytes.pack(window.tokens(), packing.vocabularySize()),
                  window.tokenCount(),
                  window.bytes())));
    }
  }
}
