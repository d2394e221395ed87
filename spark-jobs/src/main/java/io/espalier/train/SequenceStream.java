package io.espalier.train;

import java.io.IOException;

/** Where a shard's sequences come from, in the order of their ids. */
@FunctionalInterface
public interface SequenceStream {

  /** Hands every sequence to {@code sink}, once, in order. */
  void sendTo(Sink sink) throws IOException;

  /** Takes one sequence after another. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes one sequence; the array may be used again afterwards.
     *
     * @param tokens little-endian ids of the shard's {@link TokenType}, padding at the end
     * @param tokenCount how many of them are real
     */
    void accept(byte[] tokens, int tokenCount) throws IOException;
  }
}
