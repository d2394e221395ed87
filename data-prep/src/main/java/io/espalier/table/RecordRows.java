package io.espalier.table;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.NamingBase;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Records as rows of Spark: components are columns, in order, in snake case. */
public final class RecordRows {
  private static final NamingBase SNAKE_CASE = (NamingBase) PropertyNamingStrategies.SNAKE_CASE;

  private static final Map<Class<?>, DataType> TYPES =
      Map.of(
          String.class, DataTypes.StringType,
          long.class, DataTypes.LongType,
          int.class, DataTypes.IntegerType,
          double.class, DataTypes.DoubleType,
          boolean.class, DataTypes.BooleanType,
          byte[].class, DataTypes.BinaryType,
          Instant.class, DataTypes.TimestampType,
          List.class, DataTypes.createArrayType(DataTypes.StringType, true));

  /** How a record's components are read; asking the class each time costs more than a row. */
  private static final ClassValue<Method[]> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
          Method[] accessors =
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getAccessor)
                  .toArray(Method[]::new);
          AccessibleObject.setAccessible(accessors, true);
          return accessors;
        }
      };

  private RecordRows() {}

  /** The columns of a record class; a {@code List} holds strings. */
  public static StructType schema(Class<? extends Record> type) {
    return new StructType(components(type).map(RecordRows::field).toArray(StructField[]::new));
  }

  /** A row with the record's values in the order of {@link #schema}. */
  public static Row toRow(Record record) {
    Method[] accessors = ACCESSORS.get(record.getClass());
    Object[] values = new Object[accessors.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(record, accessors[i]);
    }
    return RowFactory.create(values);
  }

  /** The record that a row of {@link #schema} holds. */
  public static <R extends Record> R fromRow(Row row, Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      int column = row.fieldIndex(columnName(components[i]));
      values[i] =
          components[i].getType() == List.class ? row.getList(column) : toJava(row.get(column));
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make a " + type.getSimpleName() + " of a row", e);
    }
  }

  private static Object toJava(Object value) {
    return value instanceof java.sql.Timestamp timestamp ? timestamp.toInstant() : value;
  }

  private static Stream<RecordComponent> components(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents());
  }

  private static StructField field(RecordComponent component) {
    DataType type = TYPES.get(component.getType());
    if (type == null) {
      throw new IllegalArgumentException(component + " has a type that no column has");
    }
    return DataTypes.createStructField(columnName(component), type, true);
  }

  private static String columnName(RecordComponent component) {
    return SNAKE_CASE.translate(component.getName());
  }

  private static Object value(Record record, Method accessor) {
    try {
      Object value = accessor.invoke(record);
      return value instanceof List<?> list ? list.toArray() : value;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Cannot read " + accessor, e);
    }
  }
}
