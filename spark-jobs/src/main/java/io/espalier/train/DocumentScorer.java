package io.espalier.train;

import io.espalier.model.LanguageModel;
import io.espalier.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Runs a model forward over whole documents. A document is predicted after an end-of-text token, in
 * windows of the model's length that overlap by one token, as packing would cut it if it stood
 * alone. Windows of nearly equal length share a batch, so that little is computed in vain. For one
 * thread.
 */
public final class DocumentScorer {
  private final int endOfTextId;
  private final int windowTokens;
  private final int batchSequences;

  /**
   * @param endOfTextId the token between documents
   * @param batchSequences windows per forward pass
   */
  public DocumentScorer(ModelSpec spec, int endOfTextId, int batchSequences) {
    this.endOfTextId = endOfTextId;
    this.windowTokens = spec.sequenceLengthTokens();
    this.batchSequences = batchSequences;
  }

  private record Window(int document, int first, int count) {}

  /**
   * The natural-log probability of every token of every document.
   *
   * @param documents token ids of each; may be empty
   * @return one array per document, as long as it
   * @throws CancellationException if the thread is interrupted
   */
  public List<float[]> logProbabilities(LanguageModel model, List<int[]> documents) {
    List<float[]> scores = documents.stream().map(ids -> new float[ids.length]).toList();
    List<Window> windows = windows(documents);
    for (int first = 0; first < windows.size(); first += batchSequences) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Scoring of documents was stopped");
      }
      int last = Math.min(windows.size(), first + batchSequences);
      score(model, documents, windows.subList(first, last), scores);
    }
    return scores;
  }

  private List<Window> windows(List<int[]> documents) {
    List<Window> windows = new ArrayList<>();
    for (int document = 0; document < documents.size(); document++) {
      int length = documents.get(document).length;
      for (int first = 0; first < length; first += windowTokens) {
        windows.add(new Window(document, first, Math.min(windowTokens, length - first)));
      }
    }
    windows.sort(Comparator.comparingInt(Window::count));
    return windows;
  }

  private void score(
      LanguageModel model, List<int[]> documents, List<Window> windows, List<float[]> scores) {
    int length = windows.get(windows.size() - 1).count();
    long[] inputs = new long[windows.size() * length];
    long[] targets = new long[inputs.length];
    Arrays.fill(targets, TokenBatch.MASKED);
    for (int row = 0; row < windows.size(); row++) {
      Window window = windows.get(row);
      int[] ids = documents.get(window.document());
      for (int i = 0; i < window.count(); i++) {
        int at = window.first() + i;
        inputs[row * length + i] = at == 0 ? endOfTextId : ids[at - 1];
        targets[row * length + i] = ids[at];
      }
    }
    float[] all = model.logProbabilities(new TokenBatch(windows.size(), length, inputs, targets));
    for (int row = 0; row < windows.size(); row++) {
      Window window = windows.get(row);
      System.arraycopy(
          all, row * length, scores.get(window.document()), window.first(), window.count());
    }
  }
}
