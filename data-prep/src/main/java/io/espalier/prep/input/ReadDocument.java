package io.espalier.prep.input;

/**
 * A record that has a text.
 *
 * @param id empty if the record has none
 * @param source empty if the record has none
 * @param label value of the field that tells the domain; empty if the record has none
 * @param split value of the field that tells the split; empty if the record has none
 */
public record ReadDocument(
    long record, String id, String source, String text, String label, String split)
    implements ReadResult {

  /** Nothing tells the split. */
  public ReadDocument(long record, String id, String source, String text, String label) {
    this(record, id, source, text, label, "");
  }
}
