package io.espalier.storage;

/** What a network and a store at its limit do to a request. */
public enum Fault {
  NONE,
  /** The connection is reset before the store has heard of the request. */
  RESET_BEFORE,
  /** The store has done it, but the connection is reset before the answer. */
  RESET_AFTER,
  /** Half of the answer, then a reset. */
  TRUNCATED,
  /** Half of the request reaches the store, then both connections are reset. */
  HALF_SENT,
  /** 503 with S3's code for too many requests. */
  SLOW_DOWN,
  /** 500 with S3's code for its own mistakes. */
  INTERNAL_ERROR,
  /** 403 with S3's code for a client whose clock is wrong. */
  CLOCK_SKEW,
  /** The answer comes late. */
  DELAYED
}
