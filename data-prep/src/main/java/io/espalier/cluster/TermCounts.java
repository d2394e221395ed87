package io.espalier.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each term occurs in each of some documents. Memory is bounded by what is added. */
final class TermCounts {
  private final int characters;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> terms = new ArrayList<>();
  private final List<int[]> documentTerms = new ArrayList<>();
  private final List<int[]> documentCounts = new ArrayList<>();
  private int[] frequencies = new int[1024];

  TermCounts(int characters) {
    this.characters = characters;
  }

  void add(String text) {
    Map<String, Integer> counts = Terms.counts(text, characters);
    int[] ofDocument = new int[counts.size()];
    int[] times = new int[counts.size()];
    int next = 0;
    for (Map.Entry<String, Integer> e : counts.entrySet()) {
      int term = number(e.getKey());
      frequencies[term]++;
      ofDocument[next] = term;
      times[next++] = e.getValue();
    }
    documentTerms.add(ofDocument);
    documentCounts.add(times);
  }

  private int number(String term) {
    Integer known = numbers.get(term);
    if (known != null) {
      return known;
    }
    int number = terms.size();
    numbers.put(term, number);
    terms.add(term);
    if (number == frequencies.length) {
      frequencies = Arrays.copyOf(frequencies, 2 * number);
    }
    return number;
  }

  /** Documents. */
  int size() {
    return documentTerms.size();
  }

  /** Distinct terms. */
  int terms() {
    return terms.size();
  }

  String term(int number) {
    return terms.get(number);
  }

  /** In how many documents a term occurs. */
  int frequency(int term) {
    return frequencies[term];
  }

  /** The documents in terms of a vocabulary: numbers of terms are places in it from here on. */
  Rows rows(int[] vocabulary) {
    int[] places = new int[terms.size()];
    Arrays.fill(places, -1);
    for (int place = 0; place < vocabulary.length; place++) {
      places[vocabulary[place]] = place;
    }
    int[][] rowTerms = new int[size()][];
    int[][] rowCounts = new int[size()][];
    for (int document = 0; document < size(); document++) {
      int[] ofDocument = documentTerms.get(document);
      int[] times = documentCounts.get(document);
      long[] known = new long[ofDocument.length];
      int size = 0;
      for (int i = 0; i < ofDocument.length; i++) {
        if (places[ofDocument[i]] >= 0) {
          known[size++] = (long) places[ofDocument[i]] << 32 | times[i];
        }
      }
      Arrays.sort(known, 0, size);
      rowTerms[document] = Arrays.stream(known, 0, size).mapToInt(e -> (int) (e >>> 32)).toArray();
      rowCounts[document] = Arrays.stream(known, 0, size).mapToInt(e -> (int) e).toArray();
    }
    return new Rows(rowTerms, rowCounts);
  }

  /**
   * Documents as counts of a vocabulary's terms.
   *
   * @param terms of each document, ascending
   * @param counts of each of its terms
   */
  @SuppressWarnings("ArrayRecordComponent") // computed with, never compared
  record Rows(int[][] terms, int[][] counts) {

    /** Each row of unit length, or empty. */
    SparseRows tfIdf(double[] weights) {
      int[] starts = new int[terms.length + 1];
      for (int row = 0; row < terms.length; row++) {
        starts[row + 1] = starts[row] + terms[row].length;
      }
      int[] columns = new int[starts[terms.length]];
      float[] values = new float[columns.length];
      for (int row = 0; row < terms.length; row++) {
        double squares = 0;
        for (int i = 0; i < terms[row].length; i++) {
          double value = counts[row][i] * weights[terms[row][i]];
          squares += value * value;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < terms[row].length; i++) {
          columns[starts[row] + i] = terms[row][i];
          values[starts[row] + i] = (float) (counts[row][i] * weights[terms[row][i]] / length);
        }
      }
      return new SparseRows(starts, columns, values, weights.length);
    }
  }
}
