package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestFileTest {
  private static final Manifest MANIFEST =
      new Manifest(
          Manifest.FORMAT_VERSION,
          500,
          Samples.PROVENANCE,
          Map.of("a", new FileEntry("a", 10, "0a".repeat(32), 8, "0123456789abcdef")));

  @Test
  void whatIsEncodedIsDecoded() {
    assertThat(ManifestFile.decode("m", ManifestFile.encode(MANIFEST))).isEqualTo(MANIFEST);
  }

  @Test
  void everyChangedByteIsFound() {
    byte[] whole = ManifestFile.encode(MANIFEST);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> ManifestFile.decode("m", changed))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void everyTruncationIsFound() {
    byte[] whole = ManifestFile.encode(MANIFEST);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ManifestFile.decode("m", cut)).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void anotherVersionIsRefusedBeforeAnythingElse() {
    String other = "{\"format_version\": 2, \"shape\": \"of things to come\"}";
    assertThatThrownBy(() -> ManifestFile.decode("m", other.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(FormatException.class)
        .hasMessage("m has format_version 2, but this version of Espalier reads 1");
  }

  @Test
  void pathsThatLeaveTheFolderAreRefused() {
    for (String path : new String[] {"../x", "/x", "a/../x", "", ".", "a//b", "a\\b", "a/", ".x"}) {
      assertThatThrownBy(() -> new FileEntry(path, 0, "0a".repeat(32), 8, ""))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("must be a plain path");
    }
  }

  @Test
  void checksumsThatDoNotFitTheLengthAreRefused() {
    assertThatThrownBy(() -> new FileEntry("a", 9, "0a".repeat(32), 8, "01234567"))
        .isInstanceOf(FormatException.class)
        .hasMessage("piece_crc32c has 8 digits, but 2 pieces need 16");
  }
}
