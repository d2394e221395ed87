package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a standalone master says of its cluster.
 *
 * @param status {@code ALIVE}, or {@code RECOVERING} after a master was started again
 * @param gpus addresses that workers offer, and how many of them executors hold
 */
public record MasterPage(
    String status,
    int workers,
    int cores,
    int coresUsed,
    int gpus,
    int gpusUsed,
    int applications) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int PATIENCE_MILLISECONDS = 2000;

  /**
   * Asks a master.
   *
   * @param port of the master's page on this machine
   * @return empty if it doesn't answer
   */
  static Optional<MasterPage> at(int port) {
    try {
      URLConnection connection =
          URI.create("http://%s:%d/json/".formatted(SparkDaemon.HOST, port))
              .toURL()
              .openConnection();
      connection.setConnectTimeout(PATIENCE_MILLISECONDS);
      connection.setReadTimeout(PATIENCE_MILLISECONDS);
      try (InputStream in = connection.getInputStream()) {
        return Optional.of(of(MAPPER.readTree(in)));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static MasterPage of(JsonNode page) {
    return new MasterPage(
        page.path("status").asText(),
        page.path("aliveworkers").asInt(),
        page.path("cores").asInt(),
        page.path("coresused").asInt(),
        gpus(page, "resources"),
        gpus(page, "resourcesused"),
        page.path("activeapps").size());
  }

  private static int gpus(JsonNode page, String key) {
    return StreamSupport.stream(page.path("workers").spliterator(), false)
        .filter(worker -> worker.path("state").asText().equals("ALIVE"))
        .mapToInt(worker -> worker.path(key).path("gpu").path("addresses").size())
        .sum();
  }
}
