package io.espalier.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * The language that a text is most likely in, by Apache OpenNLP's model of 103 languages. The model
 * (10 MB) is read once in a process, by whoever asks first.
 *
 * @param code ISO 639-1 where the language has a code of two letters, otherwise ISO 639-3
 * @param confidence the model's probability
 */
record Language(String code, double confidence) {
  /** Of the artifact opennlp-models-langdetect. */
  private static final String MODEL = "/langdetect-183.bin";

  /** Codes of the model that aren't those Java knows for a two-letter code. */
  private static final Map<String, String> INDIVIDUAL =
      Map.of("cmn", "zh", "ekk", "et", "lvs", "lv", "pes", "fa", "arb", "ar", "zlm", "ms");

  private static final Map<String, String> SHORT_CODES = shortCodes();

  /** Languages of the model by their code here. */
  static Set<String> known() {
    Set<String> codes = new TreeSet<>();
    for (String code : Detector.NGRAMS.codes()) {
      codes.add(shortCode(code));
    }
    return codes;
  }

  /** Thread-safe. */
  static Language of(String text) {
    Language best = Detector.NGRAMS.best(LanguageText.of(text));
    return new Language(shortCode(best.code()), best.confidence());
  }

  static String shortCode(String code) {
    return SHORT_CODES.getOrDefault(code, code);
  }

  private static Map<String, String> shortCodes() {
    Map<String, String> codes = new TreeMap<>(INDIVIDUAL);
    Set<String> replaced = Set.of("in", "iw", "ji", "sh", "mo");
    for (String code : Locale.getISOLanguages()) {
      if (!replaced.contains(code)) {
        codes.putIfAbsent(Locale.forLanguageTag(code).getISO3Language(), code);
      }
    }
    return codes;
  }

  /** Keeps the model from being read where no filter asks for a language. */
  private static final class Detector {
    static final LanguageNGrams NGRAMS = LanguageNGrams.of(read());

    private static LanguageDetectorModel read() {
      try (InputStream in = Language.class.getResourceAsStream(MODEL)) {
        if (in == null) {
          throw new IllegalStateException(MODEL + " is missing from the class path");
        }
        return new LanguageDetectorModel(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
