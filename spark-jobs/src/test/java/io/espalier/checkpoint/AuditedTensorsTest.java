package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedTensorsTest {
  @TempDir Path root;

  @Test
  void theSha256IsThatOfTheManifestInWhateverOrderTensorsAreRead() {
    Checkpoint checkpoint = Samples.commit(CheckpointFolder.local(root), 1);
    for (List<String> order :
        List.of(
            List.of("large", "bias"),
            List.of("bias", "large"),
            List.of("large", "large"),
            List.<String>of())) {
      try (SafetensorsReader reader = checkpoint.auditedTensors(CheckpointFiles.MODEL)) {
        order.forEach(reader::read);
        assertThatCode(reader::requireSha256).as(order.toString()).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void aFileThatOnlyKeepsTheChecksumsOfItsPiecesIsRefused() throws IOException {
    Checkpoint checkpoint = Samples.commit(CheckpointFolder.local(root), 1);
    FileEntry entry =
        Objects.requireNonNull(checkpoint.manifest().files().get(CheckpointFiles.MODEL));
    FileEntry forged =
        new FileEntry(
            entry.path(),
            entry.lengthBytes(),
            "ab".repeat(32),
            entry.pieceBytes(),
            entry.pieceCrc32c());
    Path file = root.resolve("step-00000001").resolve(entry.path());
    boolean[] damaged = {false};
    try (SafetensorsReader reader =
        SafetensorsReader.open(
            VerifiedFile.audited(LocalStorage.open(file), forged, () -> damaged[0] = true))) {
      reader.read("large");
      assertThatThrownBy(reader::requireSha256)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(file + " has SHA-256 " + entry.sha256())
          .hasMessageContaining("where its manifest says abab");
    }
    assertThat(damaged[0]).isTrue();
  }

  @Test
  void onlyAuditedReadersCanTell() {
    Checkpoint checkpoint = Samples.commit(CheckpointFolder.local(root), 1);
    try (SafetensorsReader reader = checkpoint.tensors(CheckpointFiles.MODEL)) {
      assertThatThrownBy(reader::requireSha256)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("isn't being audited");
    }
  }
}
