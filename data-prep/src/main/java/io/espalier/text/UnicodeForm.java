package io.espalier.text;

import java.text.Normalizer;

/** Unicode normalisation form (UAX #15) that cleaning brings text into; NONE leaves it as it is. */
public enum UnicodeForm {
  NFC {
    @Override
    String normalize(String text) {
      return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
  },
  NFKC {
    @Override
    String normalize(String text) {
      return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
  },
  NONE {
    @Override
    String normalize(String text) {
      return text;
    }
  };

  abstract String normalize(String text);
}
