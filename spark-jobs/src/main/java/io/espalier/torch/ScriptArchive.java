package io.espalier.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the archive format that {@code torch.jit.save} writes, from the text of one class.
 *
 * <p>An archive is an uncompressed zip that holds the code, a pickled object of the class with its
 * attributes, and the number of the format. Reading it needs no Python.
 */
final class ScriptArchive {
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};
  private static final int FORMAT_VERSION = 10;

  private ScriptArchive() {}

  /**
   * The archive's bytes.
   *
   * @param code text of a class {@code Segments(Module)} that declares {@code training} and the
   *     attributes
   * @param attributes whole numbers that the code reads as {@code self.<name>}, in the order
   *     declared
   */
  static byte[] write(String code, Map<String, Integer> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "archive/data.pkl", pickle(attributes));
      store(zip, "archive/code/__torch__.py", code.getBytes(UTF_8));
      store(zip, "archive/constants.pkl", EMPTY_TUPLE);
      store(zip, "archive/version", (FORMAT_VERSION + "\n").getBytes(UTF_8));
      store(zip, "archive/byteorder", "little".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory can't fail", e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
  }

  /** An object of {@code __torch__.Segments} in pickle protocol 2. */
  private static byte[] pickle(Map<String, Integer> attributes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2}); // protocol
    out.writeBytes("c__torch__\nSegments\n)"); // class, no arguments
    out.write(0x81); // new object
    out.writeBytes("}("); // its state: a dictionary
    key(out, "training");
    out.write(0x88); // true
    for (Map.Entry<String, Integer> attribute : attributes.entrySet()) {
      key(out, attribute.getKey());
      out.write('J');
      out.writeInt(Integer.reverseBytes(attribute.getValue()));
    }
    out.writeBytes("ub."); // set items, build, stop
    return bytes.toByteArray();
  }

  private static void key(DataOutputStream out, String name) throws IOException {
    byte[] text = name.getBytes(UTF_8);
    out.write('X');
    out.writeInt(Integer.reverseBytes(text.length));
    out.write(text);
  }
}
