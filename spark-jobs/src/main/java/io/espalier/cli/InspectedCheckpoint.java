package io.espalier.cli;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.FileEntry;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One checkpoint: its identity, its files, its tensors and where it comes from.
 *
 * @param location the folder
 * @param step updates since the beginning of training
 * @param hash the SHA-256 of its manifest
 * @param files length in bytes by name
 * @param parameters numbers in all tensors of the model
 * @param tensors of the model, in the order of the file
 * @param audited whether every byte was compared with the SHA-256 in its manifest
 * @param provenance where it comes from
 */
record InspectedCheckpoint(
    String location,
    long step,
    String hash,
    Map<String, Long> files,
    long parameters,
    List<TensorLine> tensors,
    boolean audited,
    Provenance provenance)
    implements Inspected {
  private static final String MODEL = "model.safetensors";

  /** One tensor of the model. */
  record TensorLine(String name, String type, List<Long> shape, long bytes) {
    static TensorLine of(StoredTensor tensor) {
      return new TensorLine(
          tensor.spec().name(),
          tensor.spec().type().code(),
          tensor.spec().shape(),
          tensor.spec().lengthBytes());
    }

    long numbers() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /** Looks at a checkpoint, audited or not; reads manifest and header, no values. */
  static InspectedCheckpoint of(Checkpoint checkpoint, boolean audited) {
    List<TensorLine> tensors = checkpoint.has(MODEL) ? tensors(checkpoint) : List.of();
    return new InspectedCheckpoint(
        checkpoint.location(),
        checkpoint.step(),
        checkpoint.hash(),
        checkpoint.manifest().files().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> lengthBytes(e.getValue()), Long::sum, TreeMap::new)),
        tensors.stream().mapToLong(TensorLine::numbers).sum(),
        tensors,
        audited,
        checkpoint.manifest().provenance());
  }

  private static long lengthBytes(FileEntry entry) {
    return entry.lengthBytes();
  }

  private static List<TensorLine> tensors(Checkpoint checkpoint) {
    try (SafetensorsReader reader = checkpoint.tensors(MODEL)) {
      return reader.tensors().stream().map(TensorLine::of).toList();
    }
  }

  @Override
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append("Checkpoint  %s%n".formatted(location));
    text.append("Step        %d%n".formatted(step));
    text.append("SHA-256     %s%n".formatted(hash));
    text.append("Parameters  %s%n".formatted(Quantities.count(parameters)));
    text.append(
        "Made by     %s, code %s%n".formatted(provenance.stage(), provenance.codeVersion()));
    text.append("Seed        %d%n".formatted(provenance.seed()));
    text.append("Hardware    %s%n".formatted(hardware()));
    provenance
        .tableVersions()
        .forEach((t, v) -> text.append("Read        table %s version %d%n".formatted(t, v)));
    if (audited) {
      text.append("Audited     every byte is what the manifest's SHA-256 say%n".formatted());
    }
    text.append("\n").append(parents()).append(fileTable()).append("\n").append(tensorTable());
    return text.toString();
  }

  private String hardware() {
    var on = provenance.hardware();
    return "%s, %d cores, on %s, Java %s"
        .formatted(on.processor(), on.cores(), on.device(), on.java());
  }

  private String parents() {
    if (provenance.parents().isEmpty()) {
      return "";
    }
    TextTable table = TextTable.of("Parent", ">Step", ">Weight", "SHA-256");
    provenance
        .parents()
        .forEach(
            p ->
                table.row(
                    p.name(),
                    Long.toString(p.step()),
                    "%.4f".formatted(p.weight()),
                    p.hash().substring(0, 16) + "…"));
    return table.toText() + "\n";
  }

  private String fileTable() {
    TextTable table = TextTable.of("File", ">Size");
    files.forEach((name, bytes) -> table.row(name, Quantities.bytes(bytes)));
    return table.toText();
  }

  private String tensorTable() {
    TextTable table = TextTable.of("Tensor", "Type", "Shape", ">Size");
    tensors.forEach(
        t -> table.row(t.name(), t.type(), t.shape().toString(), Quantities.bytes(t.bytes())));
    return table.toText();
  }
}
