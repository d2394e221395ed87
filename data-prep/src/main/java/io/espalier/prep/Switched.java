package io.espalier.prep;

import org.jspecify.annotations.Nullable;

/** Settings of a stage that may be off. */
interface Switched {
  boolean on();

  /**
   * What is equal to settings that are off: Jackson leaves these out, so that they are no part of a
   * fingerprint, and runs from before the stage existed stay complete.
   */
  final class Off {
    @Override
    public boolean equals(@Nullable Object other) {
      return other == null || (other instanceof Switched settings && !settings.on());
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }
}
