package io.espalier.prep.input;

/** What came of one record: the document, or why there is none. */
public sealed interface ReadResult permits ReadDocument, ReadFailure {
  /** Line (JSON lines) or record (CSV, Parquet) in the file, from 1; 0 = the file as a whole. */
  long record();
}
