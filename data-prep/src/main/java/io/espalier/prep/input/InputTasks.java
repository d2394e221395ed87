package io.espalier.prep.input;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts files into slices and gathers slices into tasks of about the same size: many small files
 * become one task, one large file becomes several.
 */
public final class InputTasks {
  /** A size that a core reads in seconds and whose loss costs little. */
  public static final long TARGET_BYTES = 64L << 20;

  private InputTasks() {}

  /**
   * The slices of a file, in order; a file that can't be entered in the middle is one slice.
   *
   * @param compressed whether the file can only be read from its beginning, since it is packed as a
   *     whole or its encoding isn't UTF-8
   */
  public static List<InputSlice> slices(
      InputFile file, RecordFormat format, boolean compressed, long targetBytes) {
    RecordFormat known = format.of(file.name());
    boolean cuttable =
        known == RecordFormat.PARQUET || (known == RecordFormat.JSON_LINES && !compressed);
    if (!cuttable || file.bytes() <= targetBytes) {
      return List.of(InputSlice.whole(file, format));
    }
    List<InputSlice> slices = new ArrayList<>();
    for (long start = 0; start < file.bytes(); start += targetBytes) {
      long end = Math.min(file.bytes(), start + targetBytes);
      slices.add(new InputSlice(file, known, start, end, 0));
    }
    return slices;
  }

  /**
   * Tasks of neighbouring slices, in the slices' order: a task is closed when it has the target
   * size.
   */
  public static <T> List<List<T>> group(
      List<T> slices, java.util.function.ToLongFunction<T> bytes, long targetBytes) {
    List<List<T>> tasks = new ArrayList<>();
    List<T> task = new ArrayList<>();
    long taskBytes = 0;
    for (T slice : slices) {
      // Opening a file costs about as much as reading a quarter of a megabyte.
      taskBytes += bytes.applyAsLong(slice) + (1L << 18);
      task.add(slice);
      if (taskBytes >= targetBytes) {
        tasks.add(List.copyOf(task));
        task.clear();
        taskBytes = 0;
      }
    }
    if (!task.isEmpty()) {
      tasks.add(List.copyOf(task));
    }
    return tasks;
  }
}
