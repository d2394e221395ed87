package io.espalier.text;

/** What becomes of personal data of one kind, or of the document it is in. */
public enum PersonalDataAction {
  KEEP,
  REPLACE,
  REJECT
}
