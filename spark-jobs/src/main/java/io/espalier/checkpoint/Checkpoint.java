package io.espalier.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A committed checkpoint. Everything read through it is checked against its manifest before it is
 * handed out. Thread-safe.
 */
public final class Checkpoint {
  private static final int READ_BYTES = 4 << 20;

  private final Storage storage;
  private final String folder;
  private final Manifest manifest;
  private final String hash;
  private final AtomicBoolean damaged = new AtomicBoolean();

  private Checkpoint(Storage storage, String folder, Manifest manifest, String hash) {
    this.storage = storage;
    this.folder = folder;
    this.manifest = manifest;
    this.hash = hash;
  }

  /**
   * Reads a checkpoint's manifest and looks whether its files are there in full length.
   *
   * @throws FormatException if not
   */
  static Checkpoint open(Storage storage, String folder) {
    String path = folder + "/" + ManifestFile.NAME;
    byte[] bytes = wholeFile(storage, path);
    Manifest manifest = ManifestFile.decode(storage.nameOf(path), bytes);
    Checkpoint checkpoint = new Checkpoint(storage, folder, manifest, Sha256.hex(bytes));
    checkpoint.files().forEach(file -> checkpoint.open(file).close());
    return checkpoint;
  }

  /** Updates since the beginning of training, the parents' included. */
  public long step() {
    return manifest.step();
  }

  /** What it consists of and where it comes from. */
  public Manifest manifest() {
    return manifest;
  }

  /** The SHA-256 of its manifest file: its identity. */
  public String hash() {
    return hash;
  }

  /** Its folder, as messages name it: a path or a URI. */
  public String location() {
    return storage.nameOf(folder);
  }

  /** The names of its files, the manifest not among them. */
  public List<String> files() {
    return List.copyOf(manifest.files().keySet());
  }

  /** Whether it has such a file. */
  public boolean has(String fileName) {
    return manifest.files().containsKey(fileName);
  }

  /**
   * Opens a safetensors file; the caller closes it.
   *
   * @throws FormatException if there is none of this name, or it is damaged
   */
  public SafetensorsReader tensors(String fileName) {
    return SafetensorsReader.open(open(fileName));
  }

  /**
   * Reads a JSON file.
   *
   * @throws FormatException if there is none of this name, or it is damaged
   */
  public JsonNode json(String fileName) {
    try {
      return Json.MAPPER.readTree(bytes(fileName));
    } catch (IOException e) {
      throw new FormatException("%s isn't valid JSON".formatted(nameOf(fileName)), e);
    }
  }

  /**
   * Reads a small file whole.
   *
   * @throws FormatException if there is none of this name, or it is damaged
   */
  public byte[] bytes(String fileName) {
    try (VerifiedFile file = open(fileName)) {
      byte[] bytes = new byte[Math.toIntExact(file.lengthBytes())];
      file.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads every byte and compares it with the manifest's piecewise checksums.
   *
   * @throws FormatException naming the file that is damaged
   */
  public void verify() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    files().forEach(file -> readThrough(file, buffer, bytes -> {}));
  }

  /**
   * Reads every byte and compares it with the manifest's SHA-256 as well, which takes several times
   * as long as {@link #verify}.
   *
   * @throws FormatException naming the file that is damaged
   */
  public void audit() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    for (String file : files()) {
      MessageDigest sha256 = Sha256.digest();
      readThrough(file, buffer, sha256::update);
      String found = HexFormat.of().formatHex(sha256.digest());
      if (!found.equals(entry(file).sha256())) {
        damaged.set(true);
        throw new FormatException(
            "%s has SHA-256 %s where its manifest says %s"
                .formatted(nameOf(file), found, entry(file).sha256()));
      }
    }
  }

  /** Whether reading found that a file isn't what the manifest says. */
  boolean foundDamaged() {
    return damaged.get();
  }

  /**
   * What a loader throws where another reader of the same checkpoint came upon damage: who loads
   * the newest whole one passes it over, as the other reader does.
   */
  public FormatException damagedElsewhere() {
    damaged.set(true);
    return new FormatException("%s is damaged where another rank reads it".formatted(location()));
  }

  private interface Consumer {
    void accept(ByteBuffer bytes);
  }

  private void readThrough(String fileName, ByteBuffer buffer, Consumer consumer) {
    try (VerifiedFile file = open(fileName)) {
      long length = file.lengthBytes();
      for (long at = 0; at < length; at += buffer.capacity()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
        file.read(at, buffer);
        consumer.accept(buffer.flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VerifiedFile open(String fileName) {
    FileEntry entry = entry(fileName);
    String path = folder + "/" + entry.path();
    try {
      ReadableFile file = storage.open(path);
      try {
        return new VerifiedFile(file, entry, () -> damaged.set(true));
      } catch (FormatException e) {
        file.close();
        throw e;
      }
    } catch (FileNotFoundException e) {
      damaged.set(true);
      throw new FormatException("%s is missing".formatted(storage.nameOf(path)), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileEntry entry(String fileName) {
    FileEntry entry = manifest.files().get(fileName);
    if (entry == null) {
      throw new FormatException(
          "%s has no file %s; it has %s".formatted(location(), fileName, files()));
    }
    return entry;
  }

  private String nameOf(String fileName) {
    return storage.nameOf(folder + "/" + entry(fileName).path());
  }

  private static byte[] wholeFile(Storage storage, String path) {
    try {
      return storage.read(path);
    } catch (FileNotFoundException e) {
      throw new FormatException(
          "%s is missing, so there is no checkpoint".formatted(storage.nameOf(path)), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
