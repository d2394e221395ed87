package io.espalier.prep.input;

import java.io.Serializable;

/**
 * A part of a file that one task reads: the records that begin in {@code [start, end)}.
 *
 * @param format never AUTO, unless the file's name tells no format: then it is one failure
 * @param lineEndsBefore line ends in the file before {@code start}; 0 where lines aren't counted
 */
public record InputSlice(
    InputFile file, RecordFormat format, long start, long end, long lineEndsBefore)
    implements Serializable {

  /** The whole of a file. */
  public static InputSlice whole(InputFile file, RecordFormat format) {
    return new InputSlice(file, format.of(file.name()), 0, Long.MAX_VALUE, 0);
  }

  /** The same slice, now that the lines before it are counted. */
  public InputSlice after(long lineEnds) {
    return new InputSlice(file, format, start, end, lineEnds);
  }

  /** Bytes of the file in this slice. */
  public long bytes() {
    return Math.min(end, file.bytes()) - start;
  }
}
