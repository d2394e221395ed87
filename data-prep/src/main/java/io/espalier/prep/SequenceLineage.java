package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.prep.SplitDocuments.Length;
import io.espalier.prep.SplitDocuments.Text;
import io.espalier.table.PinnedSequences;
import io.espalier.table.SequenceReader;
import io.espalier.table.SequenceRow;
import io.espalier.text.PackingSettings;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import io.espalier.text.WindowParts;
import io.espalier.text.WindowParts.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * From a training window to the documents in it and back, without Spark.
 *
 * <p>The documents of the window's split are read and encoded again, which takes as long as
 * encoding them took; what is found is held against the tokens that are stored, so an answer is
 * right or refused. One thread at a time.
 */
public final class SequenceLineage implements AutoCloseable {
  private final RunPaths paths;
  private final PackingSettings settings;
  private final Tokenizer tokenizer;

  private SequenceLineage(RunPaths paths, PackingSettings settings, Tokenizer tokenizer) {
    this.paths = paths;
    this.settings = settings;
    this.tokenizer = tokenizer;
  }

  /**
   * Of a run that is prepared.
   *
   * @throws ConfigException if it has no tokenizer
   */
  public static SequenceLineage open(
      Configuration configuration, RunPaths paths, PackingSettings settings) {
    var found = new TokenizerFolder(configuration, paths.tokenizer()).found();
    if (found.isEmpty()) {
      throw new ConfigException(
          "%s has no whole tokenizer, so it has no sequences to trace; prepare would make them"
              .formatted(RunPaths.shown(paths.root())));
    }
    return new SequenceLineage(paths, settings, Tokenizer.open(found.get().file()));
  }

  /**
   * A piece of a document in a window.
   *
   * @param id of the document
   * @param source where the document says it comes from
   * @param sequenceId of the window, in the document's domain and split
   * @param windowPosition where its tokens begin in the window, whose token 0 is only read
   * @param firstToken the first of them in the document, from 0
   * @param firstCharacter where the text that they stand for begins in the document, in UTF-16
   *     characters
   */
  public record Piece(
      String id,
      String source,
      long sequenceId,
      int windowPosition,
      int firstToken,
      int tokens,
      int firstCharacter,
      int characters) {}

  /**
   * What one window is made of, in its order.
   *
   * @throws ConfigException if there is no such window, or its documents aren't those it was packed
   *     from
   */
  public List<Piece> ofSequence(String domain, String split, long sequenceId) {
    windows(domain, split, Set.of(sequenceId)); // Refuses a wrong name before anything is encoded.
    var documents = new SplitDocuments(paths, domain, split);
    List<Length> lengths = documents.lengths(tokenizer);
    return pieces(
        documents,
        lengths,
        WindowParts.of(settings, tokens(lengths), (id, all) -> id == sequenceId));
  }

  /**
   * The windows that a kept document lies in, in their order; none where it has no token in them.
   *
   * @throws ConfigException if the documents aren't those that the windows were packed from
   */
  public List<Piece> ofDocument(String domain, String split, String id) {
    var documents = new SplitDocuments(paths, domain, split);
    List<Length> lengths = documents.lengths(tokenizer);
    int place = lengths.stream().map(Length::id).toList().indexOf(id);
    Map<Long, List<Part>> windows =
        WindowParts.of(
            settings,
            tokens(lengths),
            (sequence, all) -> all.stream().anyMatch(part -> part.document() == place));
    windows.replaceAll(
        (sequence, all) -> all.stream().filter(part -> part.document() == place).toList());
    return pieces(documents, lengths, windows);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static List<Integer> tokens(List<Length> lengths) {
    return lengths.stream().map(Length::tokens).toList();
  }

  private List<Piece> pieces(
      SplitDocuments documents, List<Length> lengths, Map<Long, List<Part>> windows) {
    Map<String, Text> texts =
        documents.texts(
            windows.values().stream()
                .flatMap(List::stream)
                .map(part -> lengths.get(part.document()).id())
                .collect(Collectors.toSet()));
    List<Piece> pieces = new ArrayList<>();
    Map<Long, int[]> stored = windows(documents.domain(), documents.split(), windows.keySet());
    windows.forEach(
        (sequence, parts) -> {
          for (Part part : parts) {
            String id = lengths.get(part.document()).id();
            pieces.add(
                piece(
                    id,
                    texts.getOrDefault(id, new Text("", "")),
                    sequence,
                    part,
                    stored.getOrDefault(sequence, new int[0])));
          }
        });
    return pieces;
  }

  private Piece piece(String id, Text document, long sequence, Part part, int[] stored) {
    int[] ids = tokenizer.encode(document.text());
    int end = part.firstToken() + part.tokens();
    int windowEnd = part.windowPosition() + part.tokens();
    if (ids.length < end
        || stored.length < windowEnd
        || !Arrays.equals(ids, part.firstToken(), end, stored, part.windowPosition(), windowEnd)) {
      throw new ConfigException(
          "Sequence %d was packed from other documents than the run has now, with other settings or another tokenizer: document %s isn't in it; prepare would pack it anew"
              .formatted(sequence, id));
    }
    int[] bytes = tokenizer.bytesPerToken(ids, document.text());
    int first = characters(document.text(), sum(bytes, part.firstToken()));
    return new Piece(
        id,
        document.source(),
        sequence,
        part.windowPosition(),
        part.firstToken(),
        part.tokens(),
        first,
        characters(document.text(), sum(bytes, end)) - first);
  }

  /** The tokens of some windows, by their numbers. */
  private Map<Long, int[]> windows(String domain, String split, Set<Long> wanted) {
    Map<Long, int[]> found = new TreeMap<>();
    int width = TokenBytes.width(tokenizer.vocabularySize());
    long sequences = 0;
    var table = PinnedSequences.openLatest(paths.table("sequences"), Map.of());
    if (table.isPresent()) {
      try (SequenceReader reader = table.get().read(domain, split)) {
        while (found.size() < wanted.size() && reader.hasNext()) {
          SequenceRow row = reader.next();
          if (wanted.contains(row.sequenceId())) {
            found.put(row.sequenceId(), TokenBytes.unpack(row.tokens(), width));
          }
          sequences++;
        }
      }
    }
    for (long sequenceId : wanted) {
      if (!found.containsKey(sequenceId)) {
        throw new ConfigException(
            "Domain %s, split %s has %d sequences, numbered from 0, and none is number %d"
                .formatted(domain, split, sequences, sequenceId));
      }
    }
    return found;
  }

  private static long sum(int[] values, int end) {
    return Arrays.stream(values, 0, end).asLongStream().sum();
  }

  /** How many characters of a text begin in its first so many bytes of UTF-8. */
  private static int characters(String text, long bytes) {
    long before = 0;
    int i = 0;
    while (i < text.length() && before < bytes) {
      int codePoint = text.codePointAt(i);
      before += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      i += Character.charCount(codePoint);
    }
    return i;
  }
}
