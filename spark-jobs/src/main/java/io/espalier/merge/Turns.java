package io.espalier.merge;

/** Lets threads pass one after the other, in the order of their numbers. Thread-safe. */
final class Turns {
  private int next;
  private boolean ended;

  /** Waits for one's turn; false if there will be none. */
  synchronized boolean await(int number) throws InterruptedException {
    while (next != number && !ended) {
      wait();
    }
    return !ended;
  }

  /** Ends the turn. */
  synchronized void pass() {
    next++;
    notifyAll();
  }

  /** Sends everybody home: one of them failed. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
