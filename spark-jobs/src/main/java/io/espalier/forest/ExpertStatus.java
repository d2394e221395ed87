package io.espalier.forest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether an expert of the forest takes part in ensembles and merges. */
public enum ExpertStatus {
  @JsonProperty("active")
  ACTIVE,
  /** Replaced or withdrawn; its checkpoint stays, so that older figures can be traced. */
  @JsonProperty("retired")
  RETIRED
}
