package io.espalier.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.FormatException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The commit log of a table, read as the Delta protocol says it lies on disk: which version is the
 * newest and what its writer noted, known in milliseconds and without a Spark job.
 */
final class DeltaLogFolder {
  private static final Pattern COMMIT = Pattern.compile("\\d{20}\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Configuration configuration;

  DeltaLogFolder(String tablePath, Configuration configuration) {
    this.folder = new Path(tablePath, "_delta_log");
    this.configuration = configuration;
  }

  /** The newest version, or nothing where there is no table. */
  OptionalLong latestVersion() {
    try {
      return Arrays.stream(folder.getFileSystem(configuration).listStatus(folder))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .filter(name -> COMMIT.matcher(name).matches())
          .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
          .max();
    } catch (FileNotFoundException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  /** The commit that made a version, with what {@link #note} put into it. */
  TableCommit commit(long version) {
    Path file = file(version);
    try (BufferedReader lines = lines(version)) {
      return lines
          .lines()
          .filter(line -> line.contains("\"commitInfo\""))
          .map(line -> noted(version, line, file))
          .findFirst()
          .orElse(new TableCommit(version, -1, "", ""));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The newest commit with a line that fulfils the condition; older ones may be gone. */
  Optional<TableCommit> latest(Predicate<String> line) {
    for (long version = latestVersion().orElse(-1); version >= 0; version--) {
      if (hasLine(version, line)) {
        return Optional.of(commit(version));
      }
    }
    return Optional.empty();
  }

  /** Whether a line of a commit says that its rows became the whole table. */
  static boolean overwrites(String line) {
    return line.contains("\"commitInfo\"") && line.contains("\"mode\":\"Overwrite\"");
  }

  /** Whether a line of a commit says that it was made under this identifier. */
  static boolean isTransaction(String line, String transactionId) {
    try {
      return line.startsWith("{\"txn\"")
          && JSON.readTree(line).at("/txn/appId").asText().equals(transactionId);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private boolean hasLine(long version, Predicate<String> wanted) {
    try (BufferedReader lines = lines(version)) {
      return lines.lines().anyMatch(wanted);
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read version %d of %s".formatted(version, folder), e);
    }
  }

  private BufferedReader lines(long version) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            folder.getFileSystem(configuration).open(file(version)), StandardCharsets.UTF_8));
  }

  private Path file(long version) {
    return new Path(folder, "%020d.json".formatted(version));
  }

  Optional<TableCommit> latestCommit() {
    OptionalLong latest = latestVersion();
    return latest.isPresent() ? Optional.of(commit(latest.getAsLong())) : Optional.empty();
  }

  /** The text that Delta keeps with a commit as its {@code userMetadata}. */
  static String note(String fingerprint, String summary) {
    ObjectNode note = JSON.createObjectNode();
    note.put("fingerprint", fingerprint);
    note.put("summary", summary);
    return note.toString();
  }

  private static TableCommit noted(long version, String line, Path file) {
    try {
      JsonNode commitInfo = JSON.readTree(line).path("commitInfo");
      String userMetadata = commitInfo.path("userMetadata").asText("");
      JsonNode note = JSON.readTree(userMetadata.startsWith("{") ? userMetadata : "{}");
      return new TableCommit(
          version,
          commitInfo.at("/operationMetrics/numOutputRows").asLong(-1),
          note.path("fingerprint").asText(""),
          note.path("summary").asText(""));
    } catch (JsonProcessingException e) {
      throw new FormatException(file + " is not a Delta commit: " + e.getOriginalMessage(), e);
    }
  }
}
