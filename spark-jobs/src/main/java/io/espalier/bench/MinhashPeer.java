package io.espalier.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Near-duplicate removal as a user of Python would have it: {@code benchmarks/peer_minhash.py}.
 *
 * @param python interpreter that can import datatrove
 * @param script its path
 */
record MinhashPeer(String python, Path script) {
  private static final ObjectMapper JSON = new ObjectMapper();

  MinhashPeer {
    if (!Files.isRegularFile(script)) {
      throw new ConfigException(
          "peer-script is %s but there is no such file; that of the source tree's folder benchmarks would work"
              .formatted(script));
    }
  }

  /**
   * Removes near duplicates, in one process.
   *
   * @param text folder of JSON lines
   * @param run a folder for what it writes
   */
  MeasuredProcess run(Path text, Path run) throws IOException {
    return MeasuredProcess.run(List.of(python, script.toString(), text.toString(), run.toString()));
  }

  /** Ids of the documents that it kept. */
  static Set<String> kept(Path run) throws IOException {
    Set<String> ids = new HashSet<>();
    for (String line : Files.readAllLines(run.resolve("documents.jsonl"))) {
      ids.add(JSON.readTree(line).path("id").asText());
    }
    return ids;
  }
}
