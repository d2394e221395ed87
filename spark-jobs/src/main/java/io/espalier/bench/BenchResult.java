package io.espalier.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one measurement found.
 *
 * @param bench its name on the command line: {@code tokenize}, {@code scan}
 * @param figures in the order in which they are printed; the unit is the end of the key ({@code
 *     encode_megabytes_per_second}), values are numbers or text
 */
public record BenchResult(String bench, Map<String, Object> figures) {

  public BenchResult {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
