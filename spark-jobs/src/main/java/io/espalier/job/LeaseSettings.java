package io.espalier.job;

import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * The section {@code lease}: how runs keep others out of their folder.
 *
 * @param durationSeconds after which a run that shows no sign of life may be taken over
 */
public record LeaseSettings(double durationSeconds) implements Serializable {
  private static final long serialVersionUID = 1L;

  public LeaseSettings {
    Rule.positive("lease.duration_seconds", durationSeconds);
  }
}
