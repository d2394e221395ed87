package io.espalier.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which documents make up a window. Nothing of it is stored: the packer that made the windows looks
 * at no token, so it is run again over the documents' lengths, with the number of its document in
 * place of each token. Whatever way it packs, what comes out says where everything lies.
 */
public final class WindowParts {
  /** Stands between documents and after the last one. */
  private static final int NO_DOCUMENT = 0;

  private WindowParts() {}

  /**
   * Tokens of one document that one window predicts, one after the other.
   *
   * @param document its place in the order of packing, from 0
   * @param windowPosition where they begin in the window, whose token 0 is only read
   * @param firstToken the first of them in the document, from 0
   * @param tokens how many
   */
  public record Part(int document, int windowPosition, int firstToken, int tokens) {}

  /**
   * The parts of every window that is wanted, in the windows' order.
   *
   * @param documentTokens length of each document, in the order of packing
   * @param wanted by a window's number and parts
   * @return a window's number → its parts, in the window's order
   */
  public static Map<Long, List<Part>> of(
      PackingSettings settings, List<Integer> documentTokens, Wanted wanted) {
    Map<Long, List<Part>> found = new TreeMap<>();
    int[] seen = new int[documentTokens.size()];
    Packer packer =
        Packer.of(
            settings,
            NO_DOCUMENT,
            window -> {
              List<Part> parts = parts(window, seen);
              if (wanted.isWanted(window.sequenceId(), parts)) {
                found.put(window.sequenceId(), parts);
              }
            });
    for (int document = 0; document < documentTokens.size(); document++) {
      int[] tags = new int[documentTokens.get(document)];
      Arrays.fill(tags, document + 1);
      packer.add(tags, new int[tags.length]);
    }
    packer.finish();
    return found;
  }

  /** Chooses windows. */
  @FunctionalInterface
  public interface Wanted {
    boolean isWanted(long sequenceId, List<Part> parts);
  }

  private static List<Part> parts(PackedSequence window, int[] seen) {
    List<Part> parts = new ArrayList<>();
    int[] tags = window.tokens();
    int start = 1;
    while (start < window.tokenCount()) {
      int end = start;
      while (end < window.tokenCount() && tags[end] == tags[start]) {
        end++;
      }
      if (tags[start] != NO_DOCUMENT) {
        int document = tags[start] - 1;
        parts.add(new Part(document, start, seen[document], end - start));
        seen[document] += end - start;
      }
      start = end;
    }
    return parts;
  }
}
