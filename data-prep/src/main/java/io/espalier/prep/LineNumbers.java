package io.espalier.prep;

import io.espalier.prep.IngestTask.SourceSlice;
import io.espalier.prep.input.FileParts;
import io.espalier.prep.input.InputSlice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells each slice of a file how many lines lie before it. */
final class LineNumbers {
  private LineNumbers() {}

  /**
   * @param slices those of a file in their order
   * @param parts what was found in the files that are cut, the parts of each in their order
   */
  static List<SourceSlice> number(List<SourceSlice> slices, List<FileParts.Found> parts) {
    Map<String, Iterator<Long>> lineEnds = new HashMap<>();
    parts.stream()
        .collect(Collectors.groupingBy(FileParts.Found::uri))
        .forEach(
            (uri, of) ->
                lineEnds.put(uri, of.stream().flatMap(p -> p.lineEnds().stream()).iterator()));
    Map<String, Long> soFar = new HashMap<>();
    List<SourceSlice> numbered = new ArrayList<>();
    for (SourceSlice s : slices) {
      String uri = s.slice().file().uri();
      long before = soFar.getOrDefault(uri, 0L);
      Iterator<Long> counted = lineEnds.getOrDefault(uri, Collections.emptyIterator());
      if (counted.hasNext()) {
        soFar.put(uri, before + counted.next());
      }
      InputSlice slice = s.slice().after(before);
      numbered.add(new SourceSlice(s.origin(), s.role(), slice, s.options()));
    }
    return numbered;
  }
}
