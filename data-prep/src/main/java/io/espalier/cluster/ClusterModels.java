package io.espalier.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.config.FormatException;
import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a run's domains were divided by.
 *
 * @param version {@link ClusterModel#VERSION} of who wrote it
 * @param fingerprint of the documents and settings that it was fitted on
 * @param models by the domain that each divides; {@value #ALL} divides all text
 */
public record ClusterModels(int version, String fingerprint, SortedMap<String, ClusterModel> models)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What the first division divides. */
  public static final String ALL = "";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  public ClusterModels {
    models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
  }

  /** Of this version. */
  public ClusterModels(String fingerprint, SortedMap<String, ClusterModel> models) {
    this(ClusterModel.VERSION, fingerprint, models);
  }

  /** As it is kept. */
  public String json() {
    return ofJson(this);
  }

  /** A record of this package as JSON. */
  public static String ofJson(Record value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /**
   * What {@link #json} wrote.
   *
   * @param location for the message
   * @throws FormatException if it is damaged or of another version
   */
  public static ClusterModels parse(String location, String json) {
    try {
      ClusterModels models = MAPPER.readValue(json, ClusterModels.class);
      if (models.version() != ClusterModel.VERSION) {
        throw new FormatException(
            "%s has version %d of cluster models but this Espalier reads version %d"
                .formatted(location, models.version(), ClusterModel.VERSION));
      }
      return models;
    } catch (JsonProcessingException e) {
      throw new FormatException(
          "%s holds no cluster model, or a damaged one: %s"
              .formatted(location, e.getOriginalMessage()),
          e);
    }
  }
}
