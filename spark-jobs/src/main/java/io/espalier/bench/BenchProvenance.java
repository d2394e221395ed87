package io.espalier.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.Provenance;
import java.util.List;
import java.util.Map;

/** What a measurement's checkpoints say of their origin: the bench, and nothing before it. */
final class BenchProvenance {
  private BenchProvenance() {}

  static Provenance of(String bench) {
    return new Provenance(
        bench,
        JsonNodeFactory.instance.objectNode(),
        "",
        Map.of(),
        List.of(),
        0,
        Hardware.ofThisMachine("cpu"));
  }
}
