package io.espalier.prep.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** A small file that unpacks to more than any text would is damage, not work for days. */
class ExpansionTest {
  private static final int BYTES = 1 << 20;

  private interface Packing {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static Stream<Packing> packings() {
    return Stream.of(
        GZIPOutputStream::new,
        ZstdOutputStream::new,
        BZip2CompressorOutputStream::new,
        out -> new XZOutputStream(out, new LZMA2Options(0)));
  }

  @ParameterizedTest
  @MethodSource("packings")
  void whatUnpacksToTooMuchIsDamage(Packing packing) throws IOException {
    byte[] packed = packed(packing);
    try (InputStream in = open(packed, BYTES - 1)) {
      assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
          .isInstanceOfSatisfying(
              DamagedFileException.class, e -> assertThat(e.reason()).startsWith("endless_"))
          .hasMessageContaining("unpacks to more than 1048575 bytes");
      assertThatThrownBy(in::read).isInstanceOf(DamagedFileException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("packings")
  void whatUnpacksToAsMuchAsItMayIsRead(Packing packing) throws IOException {
    try (InputStream in = open(packed(packing), BYTES)) {
      assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(BYTES);
    }
  }

  private static InputStream open(byte[] packed, long mostBytes) throws IOException {
    return Decompression.open(new ByteArrayInputStream(packed), mostBytes);
  }

  private static byte[] packed(Packing packing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(bytes)) {
      out.write(new byte[BYTES]);
    }
    return bytes.toByteArray();
  }
}
