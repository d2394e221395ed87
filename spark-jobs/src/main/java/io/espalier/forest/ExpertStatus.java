package io.espalier.forest;

/** Whether an expert of the forest takes part in ensembles and merges. */
public enum ExpertStatus {
  ACTIVE,
  /** Replaced or withdrawn; its checkpoint stays, so that older figures can be traced. */
  RETIRED
}
