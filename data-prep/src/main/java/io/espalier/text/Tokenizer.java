package io.espalier.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Turns text into token ids and back, through DJL's Hugging Face tokenizer.
 *
 * <p>Text is only text: where it spells a special token ({@code <|endoftext|>} in a document about
 * language models), it is encoded like any other text, and a document can't end another. Special
 * tokens come into a stream by their ids alone.
 *
 * <p>Owns native memory: close it. Thread-safe until closed.
 */
public final class Tokenizer implements AutoCloseable {
  /** DJL truncates and adds special tokens unless told otherwise. */
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  /** The version of Hugging Face {@code tokenizers} inside DJL's library. */
  private static final String LIBRARY_VERSION = "0.21";

  private final HuggingFaceTokenizer library;
  private final Vocabulary vocabulary;
  private final int endOfTextId;
  private final Optional<PieceRules> pieces;
  private final String whyWhole;
  private final Queue<PieceEncoder> idleEncoders = new ConcurrentLinkedQueue<>();

  private Tokenizer(
      HuggingFaceTokenizer library, Vocabulary vocabulary, int endOfTextId, JsonNode tree) {
    this.library = library;
    this.vocabulary = vocabulary;
    this.endOfTextId = endOfTextId;
    Optional<PieceRules> rules = Optional.empty();
    String why = "";
    try {
      rules = Optional.of(PieceRules.of(tree));
    } catch (ConfigException e) {
      why = String.valueOf(e.getMessage());
    }
    this.pieces = rules;
    this.whyWhole = why;
  }

  /** Opens a tokenizer.json, or the one in a folder. */
  public static Tokenizer open(Path path) {
    return open(TokenizerFile.read(path));
  }

  /**
   * Opens a tokenizer.
   *
   * @throws FormatException if the library can't make sense of it
   */
  public static Tokenizer open(TokenizerFile file) {
    JsonNode tree = file.tree();
    EndOfText endOfText = EndOfText.in(TokenizerFile.NAME, tree, file.configTree());
    byte[] json = Vocabulary.forText(tree).getBytes(StandardCharsets.UTF_8);
    try {
      HuggingFaceTokenizer library =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
      return new Tokenizer(library, new Vocabulary(tree), endOfText.id(), tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new FormatException(
          "tokenizer.json can't be read by Hugging Face tokenizers %s: %s"
              .formatted(LIBRARY_VERSION, e.getMessage()),
          e);
    }
  }

  /**
   * Token ids of a text, none of them special. Where {@link #whyWhole} is empty, pre-tokens that
   * were seen before are looked up, and the library sees new ones only: the same ids, some ten
   * times as fast.
   */
  public int[] encode(String text) {
    // A pair of unpaired surrogates would come back as three replacement characters each.
    String wellFormed = WellFormed.text(text);
    return pieces
        .flatMap(rules -> rules.prepared(wellFormed).map(ready -> byPieces(rules, ready)))
        .orElseGet(() -> toInts(byLibrary(wellFormed)));
  }

  /** As {@link #encode}, by the library alone: the authority that the other is held against. */
  public int[] encodeWhole(String text) {
    return toInts(byLibrary(WellFormed.text(text)));
  }

  /**
   * Why the library must see every text whole, as a sentence that names the key of tokenizer.json;
   * empty if it needn't.
   */
  public String whyWhole() {
    return whyWhole;
  }

  /**
   * The text of token ids; special tokens are written out by name. Bytes that aren't UTF-8, such as
   * half a character at either end, become U+FFFD.
   */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= ids.length; i++) {
      String special = i < ids.length ? vocabulary.specialTokensOutsideModel().get(ids[i]) : "";
      if (special != null) {
        text.append(decodeText(ids, start, i)).append(special);
        start = i + 1;
      }
    }
    return text.toString();
  }

  /**
   * How many UTF-8 bytes of the text each of its tokens stands for; they add up to the text's.
   *
   * @param ids what {@link #encode} gave for the text
   */
  public int[] bytesPerToken(int[] ids, String text) {
    return vocabulary.bytesPerToken(ids, WellFormed.utf8(text).length);
  }

  /**
   * How many UTF-8 bytes each token stands for by its spelling, where there is no text to hold it
   * against; special tokens stand for none.
   */
  public int[] spelledBytes(int[] ids) {
    return vocabulary.spelledBytes(ids);
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The id that stands between documents. */
  public int endOfTextId() {
    return endOfTextId;
  }

  @Override
  public void close() {
    library.close();
  }

  private int[] byPieces(PieceRules rules, String text) {
    PieceEncoder idle = idleEncoders.poll();
    PieceEncoder encoder = idle == null ? new PieceEncoder(rules.pattern(), this::byLibrary) : idle;
    int[] ids = encoder.encode(text);
    idleEncoders.add(encoder);
    return ids;
  }

  private long[] byLibrary(String text) {
    // The raw call: the public one also builds spans, masks and strings, at 1.7 times the cost.
    TokenizersLibrary calls = TokenizersLibrary.LIB;
    long encoding = calls.encode(library.getHandle(), text, false);
    try {
      return calls.getTokenIds(encoding);
    } finally {
      calls.deleteEncoding(encoding);
    }
  }

  private String decodeText(int[] ids, int start, int end) {
    if (start == end) {
      return "";
    }
    long[] wide = new long[end - start];
    Arrays.setAll(wide, i -> ids[start + i]);
    return library.decode(wide, false);
  }

  private static int[] toInts(long[] ids) {
    int[] ints = new int[ids.length];
    Arrays.setAll(ints, i -> Math.toIntExact(ids[i]));
    return ints;
  }
}
