package io.espalier.cli;

/** What there is to know about something on disk: components for JSON, text for people. */
sealed interface Inspected
    permits InspectedCheckpoint,
        InspectedCheckpoints,
        InspectedDocument,
        InspectedRejections,
        InspectedRun,
        InspectedSequence,
        InspectedTable {
  /** Lines for a terminal, each ended by a line feed. */
  String toText();
}
