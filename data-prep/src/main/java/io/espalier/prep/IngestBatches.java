package io.espalier.prep;

import io.espalier.prep.input.InputFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The files that are still to be read, in parts that are committed one after the other: what a
 * killed ingestion loses is the part it was at.
 */
final class IngestBatches {
  private IngestBatches() {}

  /**
   * Plans of some of a plan's files each, in the plan's order; every source is in each of them, so
   * that sources keep their numbers.
   *
   * @param missing URIs of the files to read
   * @param bytes a part is closed when it has so many
   */
  static List<PreparationPlan> of(PreparationPlan plan, Set<String> missing, long bytes) {
    List<PreparationPlan> batches = new ArrayList<>();
    List<InputFile> batch = new ArrayList<>();
    long batchBytes = 0;
    for (SourcePlan source : plan.sources()) {
      for (InputFile file : source.files()) {
        if (missing.contains(file.uri())) {
          batch.add(file);
          batchBytes += file.bytes();
        }
        if (batchBytes >= bytes) {
          batches.add(only(plan, batch));
          batch.clear();
          batchBytes = 0;
        }
      }
    }
    if (!batch.isEmpty()) {
      batches.add(only(plan, batch));
    }
    return batches;
  }

  private static PreparationPlan only(PreparationPlan plan, List<InputFile> files) {
    Map<String, InputFile> byUri =
        files.stream().collect(Collectors.toMap(InputFile::uri, file -> file));
    Predicate<InputFile> wanted = file -> byUri.containsKey(file.uri());
    List<SourcePlan> sources =
        plan.sources().stream()
            .map(
                source ->
                    new SourcePlan(
                        source.key(),
                        source.role(),
                        source.settings(),
                        source.files().stream().filter(wanted).toList()))
            .toList();
    return new PreparationPlan(plan.settings(), plan.seed(), sources, plan.megatron());
  }
}
