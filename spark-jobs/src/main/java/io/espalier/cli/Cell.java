package io.espalier.cli;

import io.delta.kernel.data.Row;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import java.util.List;
import java.util.stream.IntStream;

/** A table's cell as short text. */
final class Cell {
  private static final int MAXIMUM_CHARACTERS = 40;

  private Cell() {}

  static List<String> texts(Row row) {
    return IntStream.range(0, row.getSchema().length()).mapToObj(i -> text(row, i)).toList();
  }

  private static String text(Row row, int column) {
    if (row.isNullAt(column)) {
      return "–";
    }
    DataType type = row.getSchema().at(column).getDataType();
    if (type instanceof StringType) {
      return shortened(row.getString(column));
    } else if (type instanceof LongType) {
      return Long.toString(row.getLong(column));
    } else if (type instanceof IntegerType) {
      return Integer.toString(row.getInt(column));
    } else if (type instanceof DoubleType) {
      return Double.toString(row.getDouble(column));
    } else if (type instanceof FloatType) {
      return Float.toString(row.getFloat(column));
    } else if (type instanceof BooleanType) {
      return Boolean.toString(row.getBoolean(column));
    } else if (type instanceof BinaryType) {
      return row.getBinary(column).length + " bytes";
    }
    return type.toString();
  }

  /** One line, at most 40 characters long. */
  static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.codePointCount(0, line.length()) <= MAXIMUM_CHARACTERS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MAXIMUM_CHARACTERS - 1)) + "…";
  }
}
