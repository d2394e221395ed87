package io.espalier.prep;

import io.espalier.prep.IngestTask.SourceSlice;
import io.espalier.prep.input.InputSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells each slice of a file how many lines lie before it. */
final class LineNumbers {
  private LineNumbers() {}

  /**
   * @param counted the slices whose line ends were counted, those of a file in their order
   * @param lineEnds how many each of them has
   */
  static List<SourceSlice> number(
      List<SourceSlice> slices, List<InputSlice> counted, List<Long> lineEnds) {
    Map<InputSlice, Long> before = new HashMap<>();
    Map<String, Long> soFar = new HashMap<>();
    for (int i = 0; i < counted.size(); i++) {
      InputSlice slice = counted.get(i);
      before.put(slice, soFar.getOrDefault(slice.file().uri(), 0L));
      soFar.merge(slice.file().uri(), lineEnds.get(i), Long::sum);
    }
    List<SourceSlice> numbered = new ArrayList<>();
    for (SourceSlice s : slices) {
      InputSlice slice = s.slice().after(before.getOrDefault(s.slice(), 0L));
      numbered.add(new SourceSlice(s.origin(), s.role(), slice, s.options()));
    }
    return numbered;
  }
}
