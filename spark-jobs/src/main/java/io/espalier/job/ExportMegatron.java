package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.megatron.CorpusWriter;
import io.espalier.megatron.IntegerType;
import io.espalier.table.PinnedSequences;
import io.espalier.table.SequenceCounts;
import io.espalier.table.SequenceReader;
import io.espalier.table.SequenceRow;
import io.espalier.text.SequenceUnpacker;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One split of one domain of a run → a tokenised corpus that Megatron-LM reads: its documents in
 * the order of the stream, each ended by end-of-text. Runs in this process, without Spark.
 */
public final class ExportMegatron {
  private ExportMegatron() {}

  /**
   * What was written.
   *
   * @param sequencesVersion version of the table that it came from
   * @param type of the tokens, as NumPy calls it
   * @param tokens end-of-text included
   */
  public record Exported(
      String prefix,
      String domain,
      String split,
      long sequencesVersion,
      String type,
      long documents,
      long tokens) {

    /** As a sentence for a terminal. */
    public String toText() {
      return "%s.bin and .idx: %,d documents, %,d tokens (%s) of domain %s, split %s%n"
          .formatted(RunPaths.shown(prefix), documents, tokens, type, domain, split);
    }
  }

  /**
   * Writes the corpus.
   *
   * @param prefix path of the two files without {@code .bin} and {@code .idx}
   * @throws ConfigException if the run has no such sequences, or there is such a corpus already
   */
  public static Exported run(Experiment experiment, String domain, String split, String prefix) {
    Map<String, String> hadoop = experiment.hadoopSettings();
    PinnedSequences sequences =
        PinnedSequences.openLatest(experiment.paths().table("sequences"), hadoop)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "There are no sequences in %s; run espalier prepare first"
                            .formatted(RunPaths.shown(experiment.paths().table("sequences")))));
    requireKnown(sequences.counts(), domain, split);
    try (Tokenizer tokenizer = RunModel.openTokenizer(experiment.paths().tokenizer(), hadoop)) {
      IntegerType type = IntegerType.ofVocabulary(tokenizer.vocabularySize());
      try (var out = new CorpusWriter(experiment.hadoopConfiguration(), prefix, type);
          SequenceReader windows = sequences.read(domain, split)) {
        Count count = new Count(out);
        var documents = new SequenceUnpacker(tokenizer.endOfTextId(), count);
        int width = TokenBytes.width(tokenizer.vocabularySize());
        while (windows.hasNext()) {
          SequenceRow window = windows.next();
          documents.add(TokenBytes.unpack(window.tokens(), width), window.tokenCount());
        }
        documents.finish(experiment.settings().packing().remainder());
        out.finish();
        return new Exported(
            prefix,
            domain,
            split,
            sequences.version(),
            type.toString(),
            count.documents,
            count.tokens);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + prefix, e);
    }
  }

  private static void requireKnown(List<SequenceCounts> counts, String domain, String split) {
    if (counts.stream().noneMatch(c -> c.domain().equals(domain) && c.split().equals(split))) {
      throw new ConfigException(
          "There are no sequences of domain %s, split %s; there are %s"
              .formatted(
                  domain,
                  split,
                  counts.stream()
                      .map(c -> c.domain() + " " + c.split())
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Counts what goes by. */
  private static final class Count implements SequenceUnpacker.Sink {
    private final CorpusWriter out;
    private long documents;
    private long tokens;

    Count(CorpusWriter out) {
      this.out = out;
    }

    @Override
    public void accept(int[] ids, int count) throws IOException {
      out.add(ids, count);
      documents++;
      tokens += count;
    }
  }
}
