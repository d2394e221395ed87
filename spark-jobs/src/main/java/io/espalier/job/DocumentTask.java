package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.FormatException;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.text.TextCleaner;
import io.espalier.text.Tokenizer;
import io.espalier.text.UnicodeForm;
import io.espalier.torch.Precision;
import io.espalier.train.DocumentScorer;
import io.espalier.train.ModelFiles;
import io.espalier.train.ModelSpec;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/**
 * Scores a partition's documents as a task does: as many at a time as have some hundred thousand
 * tokens, with one model after another. So one model is in memory, however many there are, and is
 * loaded once for that much work, which takes a thousand times as long.
 *
 * @param threads cores that the task may use
 */
record DocumentTask(
    RunFiles files,
    ModelSpec spec,
    List<ScoringModel> models,
    UnicodeForm unicodeForm,
    Precision precision,
    String device,
    int batchSequences,
    int threads)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Scores that are kept until every model has been asked: 128 MB of float32. */
  private static final long SCORES_AT_A_TIME = 1L << 25;

  private static final long MOST_TOKENS_AT_A_TIME = 1L << 20;

  /** The rows of the documents, as {@link DocumentScores} has them, in their order. */
  Iterator<Row> score(Iterator<InputDocument> documents) {
    return new Rows(documents);
  }

  private long tokensAtATime() {
    return Math.min(MOST_TOKENS_AT_A_TIME, SCORES_AT_A_TIME / models.size());
  }

  private final class Rows implements Iterator<Row> {
    private final Iterator<InputDocument> documents;
    private final Deque<Row> ready = new ArrayDeque<>();

    Rows(Iterator<InputDocument> documents) {
      this.documents = documents;
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && documents.hasNext()) {
        ready.addAll(nextRows(documents));
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.removeFirst();
    }
  }

  private List<Row> nextRows(Iterator<InputDocument> documents) {
    List<InputDocument> taken = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    try (Tokenizer tokenizer =
        RunModel.openTokenizer(files.paths().tokenizer(), files.hadoopSettings())) {
      long tokens = 0;
      while (documents.hasNext() && tokens < tokensAtATime()) {
        InputDocument document = documents.next();
        int[] encoded =
            document.problem().isEmpty()
                ? tokenizer.encode(TextCleaner.clean(document.text(), unicodeForm))
                : new int[0];
        taken.add(document);
        ids.add(encoded);
        tokens += encoded.length + 1;
      }
    }
    return rows(taken, ids, scores(ids));
  }

  /** (model, document, token) */
  private List<List<float[]>> scores(List<int[]> ids) {
    long tokens = ids.stream().mapToLong(document -> document.length).sum();
    List<List<float[]>> scores = new ArrayList<>();
    if (tokens == 0) {
      return scores;
    }
    ModelOptions options = new ModelOptions(precision, false, TaskDevice.of(device), threads);
    DocumentScorer scorer = new DocumentScorer(spec, files.endOfTextId(), batchSequences);
    for (ScoringModel model : models) {
      try (LanguageModel loaded = ModelFiles.open(spec, options, checkpoint(model))) {
        scores.add(scorer.logProbabilities(loaded, ids));
      }
      tell(scores.size() * tokens, models.size() * tokens);
    }
    return scores;
  }

  private static void tell(long done, long total) {
    TaskContext context = TaskContext.get();
    String item = context == null ? "documents" : "part " + context.partitionId();
    EspalierPlugin.send(
        new EspalierPlugin.Progress(ScoreDocuments.STAGE, item, done, total, "tokens", ""));
  }

  private List<Row> rows(
      List<InputDocument> documents, List<int[]> ids, List<List<float[]>> scores) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      InputDocument document = documents.get(i);
      int number = i;
      if (!document.problem().isEmpty()) {
        rows.add(DocumentScores.problem(document, document.problem()));
      } else if (ids.get(i).length == 0) {
        rows.add(DocumentScores.problem(document, "empty: the text has no tokens"));
      } else {
        rows.add(
            DocumentScores.of(
                document.id(),
                models,
                scores.stream().map(ofModel -> ofModel.get(number)).toList()));
      }
    }
    return rows;
  }

  private Checkpoint checkpoint(ScoringModel model) {
    return files.checkpoints(model.name()).all().stream()
        .filter(found -> found.hash().equals(model.hash()))
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    "The checkpoint of %s with hash %s is gone"
                        .formatted(model.name(), model.hash())));
  }
}
