package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.espalier.text.ComparedWords;
import io.espalier.text.Stretch;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Cuts stretches out of documents, and rejects those of which too little is left: these keep their
 * text, so that {@code rejections} shows all of it.
 *
 * @param stage that cuts
 * @param reason of rejections
 * @param joint stands where something was cut
 * @param minimumWords that must be left
 */
record CutTexts(String stage, String reason, String joint, int minimumWords)
    implements Serializable {
  /** A stretch as a column. */
  static final StructType STRETCH =
      new StructType()
          .add("start", DataTypes.IntegerType, false)
          .add("end", DataTypes.IntegerType, false);

  /**
   * @param rows with the column {@code node}
   * @param cuts {@code node}, its {@code stretches}, and a {@code why} for the detail
   */
  Dataset<Row> apply(Dataset<Row> rows, Dataset<Row> cuts) {
    Dataset<Row> joined = rows.join(cuts, "node", "left_outer").withColumn("too_short", lit(false));
    int text = joined.schema().fieldIndex("text");
    int stretches = joined.schema().fieldIndex("stretches");
    int tooShort = joined.schema().fieldIndex("too_short");
    MapFunction<Row, Row> cut = row -> cut(row, text, stretches, tooShort);
    Column lost = col("too_short");
    Dataset<Row> shortened = joined.map(cut, Encoders.row(joined.schema()));
    return RejectedRows.mark(shortened, lost, stage, reason, col("why"))
        .drop("stretches", "why", "too_short");
  }

  private Row cut(Row row, int text, int stretches, int tooShort) {
    if (row.isNullAt(stretches)) {
      return row;
    }
    List<Row> cuts = row.getList(stretches);
    String left =
        Stretch.cut(
            row.getString(text),
            cuts.stream().map(each -> new Stretch(each.getInt(0), each.getInt(1))).toList(),
            joint);
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    boolean enough = ComparedWords.of(left).size() >= Math.max(1, minimumWords);
    values[text] = enough ? left : row.getString(text);
    values[tooShort] = !enough;
    return RowFactory.create(values);
  }
}
