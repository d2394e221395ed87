package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.forest.BranchPoint;

/**
 * How an expert is to be trained on text that joins a run.
 *
 * @param domain its domain
 * @param data file, folder or glob of the text, on any Hadoop file system
 * @param from what a new expert begins with; not looked at where one goes on
 * @param freshMoments whether the optimizer begins anew instead of with averaged moments
 * @param steps updates to make; 0 = as many as the other experts made, or one pass over the text
 *     where an expert goes on with it and that is fewer
 */
public record Growth(
    String domain, String data, BranchPoint from, boolean freshMoments, long steps) {

  public Growth {
    if (steps < 0) {
      throw new ConfigException(
          "--steps is %d but must be at least 1; without it the expert makes as many as the others"
              .formatted(steps));
    }
  }
}
