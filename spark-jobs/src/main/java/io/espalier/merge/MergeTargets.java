package io.espalier.merge;

/** What a merge is made for. */
public enum MergeTargets {
  /** One checkpoint for every domain. */
  ALL,
  /** One checkpoint per target domain. */
  EACH
}
