package io.espalier.bench;

import java.io.Serializable;

/**
 * Where the wall time of one expert's task went.
 *
 * @param wallSeconds all of it
 * @param computeSeconds inside the model
 * @param cpuSeconds of the training thread, from the call of the trainer on
 * @param spoolSeconds copying the domain's sequences from the table into a file of this host
 * @param startSeconds making the model and loading the seed's weights and moments
 * @param checkpointSeconds saving checkpoints, rows of metrics among them
 * @param tokens target positions computed
 */
record ExpertTime(
    double wallSeconds,
    double computeSeconds,
    double cpuSeconds,
    double spoolSeconds,
    double startSeconds,
    double checkpointSeconds,
    long tokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Everything around the model, as a share of the whole in percent. */
  double overheadPercent() {
    return 100 * (wallSeconds - computeSeconds) / wallSeconds;
  }

  /** What is neither compute nor named: reading batches, counting, Java between the calls. */
  double otherSeconds() {
    return wallSeconds - computeSeconds - spoolSeconds - startSeconds - checkpointSeconds;
  }
}
