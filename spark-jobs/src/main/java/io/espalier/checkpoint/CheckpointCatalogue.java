package io.espalier.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Every manifest below a folder, wherever it lies and whatever its folder is called: what there is,
 * not what should be there. Reads manifests and lists files; checks no tensor.
 *
 * @param found every manifest, sorted by place
 * @param strays files of tensors beside which no manifest lies, sorted: left by a writer that died,
 *     or by hand
 */
public record CheckpointCatalogue(List<Found> found, List<String> strays) {
  private static final String TENSORS = ".safetensors";

  /**
   * A checkpoint as its manifest tells.
   *
   * @param folder that the manifest lies in, as a URI
   * @param name the folder's path below the one that was looked through, without the step
   * @param hash SHA-256 of the manifest
   */
  public record Found(String folder, String name, String hash, Manifest manifest) {

    /** Hashes of what it was made from. */
    public Set<String> parents() {
      return manifest.provenance().parents().stream()
          .map(ParentCheckpoint::hash)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  public CheckpointCatalogue {
    found = List.copyOf(found);
    strays = List.copyOf(strays);
  }

  /**
   * Looks through a folder and all below it; empty where there is none.
   *
   * @throws FormatException if a manifest isn't whole: nothing can be said of it
   */
  public static CheckpointCatalogue of(Configuration configuration, String root) {
    return of(
        configuration,
        root,
        damage -> {
          throw damage;
        });
  }

  /**
   * The same, where there may be manifests that aren't whole.
   *
   * @param onDamage told of each, which is passed over
   */
  public static CheckpointCatalogue of(
      Configuration configuration, String root, Consumer<FormatException> onDamage) {
    Path folder = new Path(root);
    try {
      FileSystem fileSystem = folder.getFileSystem(configuration);
      Path whole = fileSystem.makeQualified(folder);
      List<Found> found = new ArrayList<>();
      Set<Path> tensors = new TreeSet<>();
      RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(whole, true);
      while (files.hasNext()) {
        Path file = files.next().getPath();
        if (file.getName().equals(ManifestFile.NAME)) {
          readUnlessDamaged(fileSystem, whole, file, onDamage).ifPresent(found::add);
        } else if (file.getName().endsWith(TENSORS)) {
          tensors.add(file);
        }
      }
      found.sort(Comparator.comparing(Found::folder));
      return new CheckpointCatalogue(found, strays(tensors, found));
    } catch (FileNotFoundException e) {
      return new CheckpointCatalogue(List.of(), List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + root, e);
    }
  }

  /**
   * A JSON file of a checkpoint, if it has one of this name.
   *
   * @throws FormatException if it isn't JSON
   */
  public static Optional<JsonNode> json(
      Configuration configuration, Found checkpoint, String fileName) {
    FileEntry entry = checkpoint.manifest().files().get(fileName);
    if (entry == null) {
      return Optional.empty();
    }
    Path path = new Path(checkpoint.folder(), entry.path());
    try (var in = path.getFileSystem(configuration).open(path)) {
      return Optional.of(Json.MAPPER.readTree(in.readAllBytes()));
    } catch (JsonProcessingException | FileNotFoundException e) {
      throw new FormatException("%s isn't valid JSON".formatted(path), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /** Removes a checkpoint for good: its manifest first, so that nobody takes the rest for whole. */
  public static void delete(Configuration configuration, Found checkpoint) {
    Path folder = new Path(checkpoint.folder());
    try {
      FileSystem fileSystem = folder.getFileSystem(configuration);
      fileSystem.delete(new Path(folder, ManifestFile.NAME), false);
      fileSystem.delete(folder, true);
      removeIfEmpty(fileSystem, folder.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }

  private static void removeIfEmpty(FileSystem fileSystem, Path folder) throws IOException {
    if (fileSystem.exists(folder) && fileSystem.listStatus(folder).length == 0) {
      fileSystem.delete(folder, false);
    }
  }

  private static Optional<Found> readUnlessDamaged(
      FileSystem fileSystem, Path root, Path file, Consumer<FormatException> onDamage)
      throws IOException {
    try {
      return Optional.of(read(fileSystem, root, file));
    } catch (FormatException e) {
      onDamage.accept(e);
      return Optional.empty();
    }
  }

  private static Found read(FileSystem fileSystem, Path root, Path file) throws IOException {
    byte[] bytes;
    try (var in = fileSystem.open(file)) {
      bytes = in.readAllBytes();
    }
    Path folder = file.getParent();
    Manifest manifest = ManifestFile.decode(file.toString(), bytes);
    return new Found(folder.toString(), name(root, folder), Sha256.hex(bytes), manifest);
  }

  private static String name(Path root, Path folder) {
    String below = root.toUri().relativize(folder.toUri()).getPath();
    int step = below.lastIndexOf('/');
    return (step < 0 ? below : below.substring(0, step)).replaceFirst("^experts/", "expert/");
  }

  /** A manifest-last checkpoint keeps its files in folders below the manifest's. */
  private static List<String> strays(Set<Path> tensors, List<Found> found) {
    return tensors.stream()
        .map(Path::toString)
        .filter(file -> found.stream().noneMatch(f -> file.startsWith(f.folder() + "/")))
        .toList();
  }
}
