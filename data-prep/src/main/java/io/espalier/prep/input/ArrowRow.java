package io.espalier.prep.input;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A row of an Arrow batch as a record.
 *
 * @param dictionaries by their ids: columns of few values keep their numbers only
 */
record ArrowRow(VectorSchemaRoot batch, LongFunction<@Nullable Dictionary> dictionaries, int row) {

  /** The document in it, or why there is none. */
  ReadResult result(long record, RecordOptions options) {
    String path = options.fields().text();
    Optional<Cell> cell = cell(path);
    if (cell.isEmpty()) {
      List<String> names = batch.getSchema().getFields().stream().map(Field::getName).toList();
      return new ReadFailure(
          record,
          "missing_field",
          "%s is not there or null; the row has: %s".formatted(path, String.join(", ", names)),
          "");
    }
    Optional<byte[]> bytes = cell.get().string();
    if (bytes.isEmpty()) {
      return new ReadFailure(
          record,
          "text_not_string",
          "%s is an Arrow %s, not a string".formatted(path, cell.get().vector().getMinorType()),
          "");
    }
    byte[] utf8 = bytes.get();
    String text = Utf8.lenient(utf8, 0, utf8.length);
    Optional<String> fault = Utf8.fault(utf8, 0, utf8.length, text);
    if (fault.isPresent()) {
      return new ReadFailure(record, "invalid_utf8", fault.get(), text).withRaw(utf8, utf8.length);
    }
    return Sized.result(
        new ReadDocument(
            record,
            value(options.fields().id()),
            value(options.fields().source()),
            text,
            value(options.label()),
            value(options.fields().split())),
        options);
  }

  private String value(String path) {
    return path.isEmpty() ? "" : cell(path).map(Cell::text).orElse("");
  }

  private Optional<Cell> cell(String path) {
    FieldVector named = batch.getVector(path);
    int dot = path.indexOf('.');
    ValueVector vector =
        named == null && dot > 0
            ? child(batch.getVector(path.substring(0, dot)), path.substring(dot + 1))
            : named;
    return vector == null ? Optional.empty() : cell(vector);
  }

  private static @Nullable ValueVector child(@Nullable ValueVector parent, String path) {
    if (!(parent instanceof StructVector struct)) {
      return null;
    }
    ValueVector named = struct.getChild(path);
    int dot = path.indexOf('.');
    return named == null && dot > 0
        ? child(struct.getChild(path.substring(0, dot)), path.substring(dot + 1))
        : named;
  }

  private Optional<Cell> cell(ValueVector vector) {
    if (vector.isNull(row)) {
      return Optional.empty();
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    Dictionary dictionary = encoding == null ? null : dictionaries.apply(encoding.getId());
    if (dictionary == null) {
      return Optional.of(new Cell(vector, row));
    }
    int number = ((Number) vector.getObject(row)).intValue();
    FieldVector values = dictionary.getVector();
    return values.isNull(number) ? Optional.empty() : Optional.of(new Cell(values, number));
  }

  /** A value that isn't null. */
  private record Cell(ValueVector vector, int index) {
    Optional<byte[]> string() {
      if (vector instanceof VarCharVector strings) {
        return Optional.of(strings.get(index));
      }
      if (vector instanceof LargeVarCharVector strings) {
        return Optional.of(strings.get(index));
      }
      return vector instanceof ViewVarCharVector strings
          ? Optional.of(strings.get(index))
          : Optional.empty();
    }

    String text() {
      return String.valueOf(vector.getObject(index));
    }
  }
}
