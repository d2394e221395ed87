package io.espalier.comm;

import java.util.List;

/**
 * How ranks that don't know one another's addresses yet exchange short texts: Spark's barrier
 * context, for instance. It has a deadline of its own.
 */
@FunctionalInterface
public interface Exchange {
  /** Gives this rank's text and returns all ranks' texts in rank order; every rank calls it. */
  List<String> allGather(String mine);
}
