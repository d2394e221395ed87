package io.espalier.evaluate;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint whose log-probabilities are in {@code scores}.
 *
 * @param checkpoint {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>} or
 *     {@code merged/<name>/<target domain>}; those of a study's trial after {@code
 *     trials/<trial>/}; the second of a domain or name has {@code @2} behind it
 * @param hash SHA-256 of its manifest
 */
public record ScoredModel(String checkpoint, String hash) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What tells a domain's or a name's second checkpoint from its first. */
  private static final String LATER = "@[0-9]+";

  private static final Pattern NAME =
      Pattern.compile(
          "(?<forest>(?:trials/[^/]+/)?)(?:(?:expert/(?<expert>.+))|(?:merged/(?<merge>.+))|.*)");

  /** Whether it takes part in ensembles. */
  public boolean isExpert() {
    return name().group("expert") != null;
  }

  /**
   * What stands before the names of its forest's checkpoints: empty for the run's own forest,
   * {@code trials/<trial>/} for that of a trial. A forest's ensembles are made of its experts
   * alone.
   */
  public String forest() {
    return name().group("forest");
  }

  /** The domain of an expert; of any other checkpoint the empty string. */
  public String expertOf() {
    String expert = name().group("expert");
    return expert == null ? "" : expert.replaceFirst(LATER + "$", "");
  }

  /**
   * The name its figures on a domain appear under: without {@code @2}, since one of them takes part
   * at a time, and the hash says which. A merge made for that very domain appears under the merge's
   * name alone, so that a merge reads as one model across domains.
   */
  String model(String domain) {
    String name =
        forest() + checkpoint.substring(forest().length()).replaceFirst(LATER + "(?=/|$)", "");
    String merge = name().group("merge");
    String own = "/" + domain;
    return merge != null && merge.endsWith(own) && merge.length() > own.length()
        ? name.substring(0, name.length() - own.length())
        : name;
  }

  private Matcher name() {
    Matcher matcher = NAME.matcher(checkpoint);
    if (!matcher.matches()) {
      throw new IllegalStateException("every name matches, but not " + checkpoint);
    }
    return matcher;
  }
}
