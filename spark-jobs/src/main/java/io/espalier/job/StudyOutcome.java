package io.espalier.job;

import io.espalier.evaluate.Result;
import java.util.List;
import java.util.Map;

/**
 * What a study came to.
 *
 * @param results every figure, of the run's own models and of the trials
 * @param findings what they say, a sentence each
 * @param failures name of each training that failed → why
 * @param report where the page lies
 */
public record StudyOutcome(
    List<Result> results, List<String> findings, Map<String, String> failures, String report) {

  public StudyOutcome {
    results = List.copyOf(results);
    findings = List.copyOf(findings);
    failures = Map.copyOf(failures);
  }
}
