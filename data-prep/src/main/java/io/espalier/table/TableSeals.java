package io.espalier.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The seals of a table, one a version: {@code _seals/<version>.sha256} holds the SHA-256 of every
 * file that the version's commit brought, data and log. Delta and Kernel pass folders over whose
 * name begins with an underscore. Safe to be written by several writers at once: they write the
 * same.
 */
public final class TableSeals {
  /** The folder's name, below the table's. */
  public static final String FOLDER = "_seals";

  private static final String LOG = "_delta_log";
  private static final String LAST_CHECKPOINT = "_last_checkpoint";
  private static final String ENDING = ".sha256";
  private static final Pattern COMMIT = Pattern.compile("\\d{20}\\.json");
  private static final Pattern SEAL = Pattern.compile("\\d{20}\\.sha256");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Configuration configuration;
  private final Path table;

  /** Of the table in this folder, which need not be there. */
  public TableSeals(Configuration configuration, String table) {
    this.configuration = configuration;
    this.table = new Path(table);
  }

  /** A version's seal, below the table's folder. */
  public static String path(long version) {
    return FOLDER + "/%020d%s".formatted(version, ENDING);
  }

  /** What a version's seal says it is of. */
  public static String subject(String tableName, long version) {
    return "version %d of the table %s".formatted(version, tableName);
  }

  /** Versions whose commit is there, oldest first. */
  public List<Long> versions() {
    return numbered(LOG, COMMIT);
  }

  /** Versions that are sealed, oldest first. */
  public List<Long> sealed() {
    return numbered(FOLDER, SEAL);
  }

  /**
   * Seals every version that isn't. A writer that was killed behind its commit leaves this to the
   * next one.
   *
   * @param hashing the SHA-256 of files by their location
   */
  public void seal(Function<List<String>, Map<String, String>> hashing) {
    Set<Long> sealed = new HashSet<>(sealed());
    for (long version : versions()) {
      if (!sealed.contains(version)) {
        SortedMap<String, String> hashes = new TreeMap<>();
        Map<String, String> byLocation = new TreeMap<>();
        filesOf(version).forEach(file -> byLocation.put(new Path(table, file).toString(), file));
        hashing
            .apply(List.copyOf(byLocation.keySet()))
            .forEach((location, hash) -> hashes.put(byLocation.getOrDefault(location, ""), hash));
        String text = new Seal(subject(table.getName(), version), hashes).text();
        TextFile.writeUnsealed(configuration, new Path(table, path(version)), text);
      }
    }
  }

  /** The SHA-256 of a file as it lies there; nothing if it is gone. */
  public static Optional<String> hash(Configuration configuration, String file) {
    Path path = new Path(file);
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      return Optional.of(Seal.sha256(in));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Data and change files that a commit added → their length, by path below the table's folder. */
  public Map<String, Long> added(long version) {
    Map<String, Long> files = new TreeMap<>();
    Path commit = new Path(table, LOG + "/%020d.json".formatted(version));
    String text =
        TextFile.readUnsealed(configuration, commit)
            .orElseThrow(() -> new FormatException(commit + " is gone"));
    for (String line : text.split("\n", -1)) {
      for (String action : List.of("add", "cdc")) {
        if (line.startsWith("{\"" + action + "\"")) {
          JsonNode file = parsed(commit, line).path(action);
          files.put(decoded(commit, file.path("path").asText()), file.path("size").asLong());
        }
      }
    }
    return files;
  }

  private List<String> filesOf(long version) {
    List<String> files = new ArrayList<>(added(version).keySet());
    String number = "%020d".formatted(version);
    for (String name : names(LOG)) {
      if (name.startsWith(number)) {
        files.add(LOG + "/" + name);
      }
    }
    Path last = new Path(table, LOG + "/" + LAST_CHECKPOINT);
    TextFile.readUnsealed(configuration, last)
        .filter(text -> parsed(last, text).path("version").asLong(-1) == version)
        .ifPresent(text -> files.add(LOG + "/" + LAST_CHECKPOINT));
    return files;
  }

  private List<Long> numbered(String folder, Pattern name) {
    return names(folder).stream()
        .filter(n -> name.matcher(n).matches())
        .map(n -> Long.parseLong(n.substring(0, 20)))
        .sorted()
        .toList();
  }

  private List<String> names(String folder) {
    Path path = new Path(table, folder);
    try {
      return Arrays.stream(path.getFileSystem(configuration).listStatus(path))
          .filter(FileStatus::isFile)
          .map(status -> status.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + path, e);
    }
  }

  private static JsonNode parsed(Path file, String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new FormatException("%s isn't what Delta wrote".formatted(file), e);
    }
  }

  /** Paths in the log are written as URIs are. */
  private static String decoded(Path commit, String path) {
    try {
      return new Path(new URI(path)).toString();
    } catch (URISyntaxException e) {
      throw new FormatException("%s names a file %s".formatted(commit, path), e);
    }
  }
}
