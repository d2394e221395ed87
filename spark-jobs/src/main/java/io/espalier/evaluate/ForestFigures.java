package io.espalier.evaluate;

import java.io.Serializable;
import java.util.List;

/**
 * Everything that stored scores say.
 *
 * @param results figures of single domains
 * @param documents of every domain and split, what each document contributed
 */
public record ForestFigures(List<Result> results, List<DocumentScores> documents)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ForestFigures {
    results = List.copyOf(results);
    documents = List.copyOf(documents);
  }
}
