package io.espalier.comm;

/**
 * One rank's end of a group of ranks, without the checks of arguments.
 *
 * @param rank this rank
 * @param size how many ranks there are
 * @param collectives for exactly these ranks
 */
record Group(int rank, int size, Collectives collectives) {

  /** The only rank of its run. */
  static Group solo() {
    return new Group(0, 1, new SoloCollectives());
  }
}
