package io.espalier.job;

import io.espalier.merge.MergeSettings;
import java.util.List;
import java.util.Optional;

/**
 * A merge that a command asks for, beside those of the configuration.
 *
 * @param settings its name and how it is made
 * @param experts names of the checkpoints to merge; none for the experts of the run
 * @param base name of the checkpoint that they were branched from, if it isn't the run's seed
 */
public record MergeRequest(MergeSettings settings, List<String> experts, Optional<String> base) {
  public MergeRequest {
    experts = List.copyOf(experts);
  }
}
