package io.espalier.checkpoint;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one checkpoint into a folder of its own, out of every reader's sight, and commits it in
 * one step. Closing it without a commit leaves nothing behind. One thread at a time.
 */
public final class CheckpointWriter implements Closeable {
  private final CheckpointFolder folder;
  private final Storage storage;
  private final CommitProtocol protocol;
  private final long step;
  private final String attempt;
  private final Optional<Closeable> lock;
  private final Map<String, FileEntry> finished = new LinkedHashMap<>();
  private final List<DigestingFile> open = new ArrayList<>();

  /**
   * Whole, but perhaps in memory only: synced together at the end, because the system has written
   * most of them by then, and syncing one after another costs a wait for the disk each.
   */
  private final List<DigestingFile> unsynced = new ArrayList<>();

  private boolean committed;

  /**
   * @param lock if another process may go on with this attempt after this one's death
   */
  CheckpointWriter(
      CheckpointFolder folder,
      Storage storage,
      CommitProtocol protocol,
      long step,
      String attempt,
      Optional<Closeable> lock) {
    this.folder = folder;
    this.storage = storage;
    this.protocol = protocol;
    this.step = step;
    this.attempt = attempt;
    this.lock = lock;
  }

  /** The step that is being written. */
  public long step() {
    return step;
  }

  /** Writes tensors that are all in memory, or views of it. */
  public void tensors(String fileName, Iterable<NamedTensor> tensors) {
    Map<String, NamedTensor> byName = new LinkedHashMap<>();
    for (NamedTensor tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw new IllegalArgumentException("two tensors are named " + tensor.name());
      }
    }
    List<TensorSpec> specs = byName.values().stream().map(NamedTensor::spec).toList();
    tensors(fileName, specs, spec -> requireNonNull(byName.get(spec.name())).data());
  }

  /** Writes tensors whose values are asked for one after the other. */
  public void tensors(String fileName, Collection<TensorSpec> specs, TensorSource source) {
    try (SafetensorsWriter writer = openTensors(fileName, specs, SafetensorsWriter.PYTORCH)) {
      for (StoredTensor tensor : writer.tensors()) {
        ByteBuffer values = source.values(tensor.spec()).duplicate();
        if (values.remaining() != tensor.spec().lengthBytes()) {
          throw new IllegalArgumentException(
              "tensor %s has %d bytes, but %d were given"
                  .formatted(
                      tensor.spec().name(), tensor.spec().lengthBytes(), values.remaining()));
        }
        writer.append(values);
      }
      writer.finish();
    }
  }

  /**
   * Begins a safetensors file whose values come in chunks; it belongs to the checkpoint once the
   * caller has called {@link SafetensorsWriter#finish}.
   */
  public SafetensorsWriter openTensors(
      String fileName, Collection<TensorSpec> specs, Map<String, String> metadata) {
    DigestingFile file = create(fileName);
    return new SafetensorsWriter(file, () -> finish(fileName, file), specs, metadata);
  }

  /**
   * As {@link #openTensors}, but where an earlier process died over the same attempt the tensors
   * that it finished stay: {@link SafetensorsWriter#missing} says which are to be appended. At most
   * one such file a checkpoint, before any other.
   */
  public SafetensorsWriter resumeTensors(
      String fileName, Collection<TensorSpec> specs, Map<String, String> metadata) {
    if (lock.isEmpty()) {
      return openTensors(fileName, specs, metadata);
    }
    SafetensorsHeader header = SafetensorsHeader.layout(specs, metadata);
    String path = path(fileName);
    try {
      long whole = ResumedFile.wholeBytes(storage, path, header);
      if (whole > 0) {
        String entryPath = protocol.pathPrefix(attempt) + fileName;
        DigestingFile file = ResumedFile.open(storage, path, entryPath, whole);
        open.add(file);
        return new SafetensorsWriter(
            file, () -> finish(fileName, file), header, whole - header.encode().length);
      }
      storage.delete(path);
      storage.delete(ResumedFile.journalOf(path));
      DigestingFile file = create(fileName);
      file.keepJournal(storage.create(ResumedFile.journalOf(path)));
      return new SafetensorsWriter(file, () -> finish(fileName, file), specs, metadata);
    } catch (IOException e) {
      throw failure(fileName, e);
    }
  }

  private String path(String fileName) {
    return protocol.attemptFolder(CheckpointFolder.nameOf(step), attempt) + "/" + fileName;
  }

  /** Writes JSON, indented, with a line feed at its end. */
  public void json(String fileName, JsonNode json) {
    bytes(fileName, (Json.pretty(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a small file. */
  public void bytes(String fileName, byte[] bytes) {
    DigestingFile file = create(fileName);
    try {
      file.write(ByteBuffer.wrap(bytes));
      finish(fileName, file);
    } catch (IOException e) {
      throw failure(fileName, e);
    }
  }

  /**
   * Makes what was written the checkpoint of its step; a model gets its card.
   *
   * <p>If a whole checkpoint of this step is there already (another attempt of the same task was
   * faster), that one stays and is returned; if a damaged one is there, it is replaced.
   */
  public Checkpoint commit(Provenance provenance) {
    if (!open.isEmpty()) {
      throw new IllegalStateException("a file of the checkpoint isn't finished");
    }
    if (finished.containsKey(CheckpointFiles.CONFIG)
        && !finished.containsKey(CheckpointFiles.CARD)) {
      bytes(CheckpointFiles.CARD, ModelCard.of(step, provenance).getBytes(StandardCharsets.UTF_8));
    }
    Manifest manifest = new Manifest(Manifest.FORMAT_VERSION, step, provenance, finished);
    try {
      for (DigestingFile file : unsynced) {
        file.sync();
      }
      removeHelpers();
      committed = folder.commit(step, attempt, manifest);
      return folder.at(step);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot commit step %d to %s: %s".formatted(step, folder.location(), e.getMessage()), e);
    } finally {
      close();
    }
  }

  /** What only a process that goes on needs; a checkpoint has nothing but its files. */
  private void removeHelpers() throws IOException {
    if (lock.isPresent()) {
      for (String fileName : finished.keySet()) {
        storage.delete(ResumedFile.journalOf(path(fileName)));
      }
      storage.delete(path(CheckpointFolder.LOCK));
    }
  }

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() {
    try {
      closeAll(open);
      closeAll(unsynced);
      if (!committed) {
        storage.delete(protocol.attemptFolder(CheckpointFolder.nameOf(step), attempt));
      }
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closeAll(List<DigestingFile> files) throws IOException {
    for (DigestingFile file : files) {
      file.close();
    }
    files.clear();
  }

  private DigestingFile create(String fileName) {
    if (finished.containsKey(fileName)) {
      throw new IllegalStateException(fileName + " was written already");
    }
    try {
      DigestingFile file =
          new DigestingFile(
              storage.create(path(fileName)), protocol.pathPrefix(attempt) + fileName);
      open.add(file);
      return file;
    } catch (IOException e) {
      throw failure(fileName, e);
    }
  }

  private void finish(String fileName, DigestingFile file) {
    finished.put(fileName, file.finish());
    open.remove(file);
    unsynced.add(file);
  }

  private UncheckedIOException failure(String fileName, IOException e) {
    return new UncheckedIOException(
        "Cannot write %s of step %d to %s: %s"
            .formatted(fileName, step, folder.location(), e.getMessage()),
        e);
  }
}
