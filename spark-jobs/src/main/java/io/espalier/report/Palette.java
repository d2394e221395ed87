package io.espalier.report;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which colour a domain has, the same in every chart: an index into eight colours that people with
 * colour-vision deficiency can tell apart (after Paul Tol's schemes; the values are in report.css).
 */
record Palette(List<String> domains) {
  static final int COLOURS = 8;

  /** The dense model: the text's colour. */
  static final String INK = "ink";

  /** The seed. */
  static final String SEED = "seed";

  /** What is summed up, and what belongs to no domain. */
  static final String MUTED = "muted";

  /** Time in which nothing was done. */
  static final String IDLE = "rule";

  static Palette of(Figures figures, List<TrainingPoint> metrics) {
    TreeSet<String> domains = new TreeSet<>(figures.trainingDomains());
    Stream.concat(
            figures.models().stream(), metrics.stream().map(m -> new ModelName(m.checkpoint())))
        .filter(model -> model.isFamily(ModelName.EXPERT))
        .forEach(model -> domains.add(model.label()));
    return new Palette(List.copyOf(domains));
  }

  /** The name of a domain's colour: {@code c0} … {@code c7}. */
  String colour(String domain) {
    int index = domains.indexOf(domain);
    return index < 0 ? MUTED : "c" + index % COLOURS;
  }

  /** Colours repeat from the ninth domain on; then lines are dashed. */
  boolean isDashed(String domain) {
    return domains.indexOf(domain) / COLOURS % 2 == 1;
  }
}
