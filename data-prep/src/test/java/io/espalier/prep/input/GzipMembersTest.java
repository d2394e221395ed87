package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.joined;
import static io.espalier.prep.input.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class GzipMembersTest {

  @Test
  void membersOfAnySizeComeOutAsOneStream() throws IOException {
    Random random = new Random(17);
    for (int i = 0; i < 200; i++) {
      byte[][] parts = new byte[1 + random.nextInt(6)][];
      byte[][] packed = new byte[parts.length][];
      for (int p = 0; p < parts.length; p++) {
        parts[p] = new byte[random.nextInt(random.nextBoolean() ? 10 : 200_000)];
        random.nextBytes(parts[p]);
        byte[] padding = new byte[random.nextInt(4) == 0 ? random.nextInt(600) : 0];
        packed[p] = joined(gzip(parts[p]), padding);
      }
      assertThat(unpack(joined(packed))).isEqualTo(joined(parts));
    }
  }

  @Test
  void headersWithEveryPartArePassedOver() throws IOException {
    byte[] plain = gzip(utf8("contents"));
    byte[] header = {0x1F, (byte) 0x8B, 8, 2 + 4 + 8 + 16, 1, 2, 3, 4, 0, 3};
    byte[] extra = {3, 0, 'a', 'b', 'c'};
    byte[] file =
        joined(
            header,
            extra,
            utf8("name.txt\0a comment\0"),
            new byte[2],
            Arrays.copyOfRange(plain, 10, plain.length));

    assertThat(unpack(joined(file, file))).isEqualTo(utf8("contentscontents"));
  }

  @Test
  void whatFollowsAMemberAndIsNoneIsDamage() {
    byte[] member = gzip(utf8("contents"));
    byte[] next = gzip(utf8("more contents"));
    next[0] = 0x1E;

    assertThatThrownBy(() -> unpack(joined(member, next)))
        .isInstanceOf(ZipException.class)
        .hasMessage("what follows is no gzip");
  }

  @Test
  void aWrongChecksumOrLengthIsDamage() {
    byte[] member = gzip(utf8("contents"));
    for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
      byte[] damaged = member.clone();
      damaged[damaged.length - fromEnd] ^= 1;
      assertThatThrownBy(() -> unpack(damaged))
          .isInstanceOf(ZipException.class)
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void manyMembersThatArriveByteByByteAreReadToTheEnd() throws IOException {
    byte[] file = joined(gzip(utf8("one ")), gzip(new byte[0]), gzip(utf8("two")));
    InputStream dripping =
        new ByteArrayInputStream(file) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(1, length));
          }

          @Override
          public synchronized int available() {
            return 0;
          }
        };

    try (InputStream in = new GzipMembers(dripping)) {
      assertThat(in.readAllBytes()).isEqualTo(utf8("one two"));
    }
  }

  private static byte[] unpack(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = new GzipMembers(new ByteArrayInputStream(file))) {
      byte[] buffer = new byte[777];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    return out.toByteArray();
  }
}
