package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.joined;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static io.espalier.prep.input.SampleFiles.zstandard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdIOException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZstandardFramesTest {
  /** Four bytes of nothing in particular, to be passed over. */
  private static final byte[] SKIPPABLE = {0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};

  @TempDir Path folder;

  @Test
  void framesOfAnySizeComeOutAsOneStream() throws IOException {
    Random random = new Random(19);
    for (int i = 0; i < 60; i++) {
      byte[][] parts = new byte[1 + random.nextInt(5)][];
      for (int p = 0; p < parts.length; p++) {
        parts[p] = new byte[random.nextInt(random.nextBoolean() ? 10 : 400_000)];
        random.nextBytes(parts[p]);
      }
      assertThat(unpack(zstandard(parts))).isEqualTo(joined(parts));
    }
    byte[] zeros = new byte[3_000_000];
    assertThat(unpack(zstandard(zeros, zeros))).isEqualTo(new byte[6_000_000]);
  }

  @Test
  void aFileThatBreaksOffInALaterFrameIsNotWhole() {
    byte[] first = zstandard(utf8("one"));
    byte[] file = joined(first, zstandard(utf8("two and a half")));
    for (int cut = first.length + 1; cut < file.length; cut++) {
      byte[] part = Arrays.copyOf(file, cut);
      assertThatThrownBy(() -> unpack(part)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whatFollowsAFrameAndIsNoneIsDamage() {
    assertThatThrownBy(() -> unpack(joined(zstandard(utf8("one")), utf8("and so on"))))
        .isInstanceOf(ZstdIOException.class);
  }

  @Test
  void framesToBePassedOverAreNoText() {
    byte[] line = utf8("{\"text\": \"one\"}\n");
    byte[] file = joined(SKIPPABLE, zstandard(line), SKIPPABLE, zstandard(line));

    assertThat(texts(read(write(folder.resolve("lines.jsonl.zst"), file))))
        .containsExactly("one", "one");
  }

  private static byte[] unpack(byte[] file) throws IOException {
    try (InputStream in = new ZstandardFrames(new ByteArrayInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
