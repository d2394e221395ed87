package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the checkpoints of a run's experts say while another process trains them.
 *
 * @param run the run's folder
 * @param checkpointSteps updates between checkpoints
 * @param lastStep updates of a complete expert
 */
record ExpertsUnderWay(Path run, long checkpointSteps, long lastStep) {
  /** Updates of each expert's newest checkpoint, of those that have one. */
  Map<String, Long> steps() {
    Map<String, Long> steps = new TreeMap<>();
    for (String domain : TinyExperiment.TRAINING.keySet()) {
      newest(domain).ifPresent(folder -> steps.put(domain, step(folder)));
    }
    return steps;
  }

  /** Checkpoints' steps of all experts together: it grows with every commit. */
  long progress() {
    return steps().values().stream().mapToLong(Long::longValue).sum();
  }

  boolean isComplete() {
    Map<String, Long> steps = steps();
    return steps.size() == TinyExperiment.TRAINING.size()
        && steps.values().stream().allMatch(step -> step == lastStep);
  }

  /** Whether every expert that was under way at {@code before} has moved on since. */
  boolean hasMovedOnFrom(Map<String, Long> before) {
    Map<String, Long> now = steps();
    return before.entrySet().stream()
        .filter(expert -> expert.getValue() < lastStep)
        .allMatch(expert -> now.getOrDefault(expert.getKey(), 0L) > expert.getValue());
  }

  /** The oldest of the newest checkpoints of experts under way: what came after it was lost. */
  double secondsUnsaved(long atMilliseconds) throws IOException {
    double longest = 0;
    for (Map.Entry<String, Long> expert : steps().entrySet()) {
      Optional<Path> folder = newest(expert.getKey());
      if (expert.getValue() < lastStep && folder.isPresent()) {
        FileTime saved = Files.getLastModifiedTime(folder.get());
        longest = Math.max(longest, (atMilliseconds - saved.toMillis()) / 1e3);
      }
    }
    return longest;
  }

  /** SHA-256 of weights and moments of all complete experts. */
  String digest() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String domain : TinyExperiment.TRAINING.keySet().stream().sorted().toList()) {
      Path folder = newest(domain).orElseThrow();
      assertThat(step(folder)).as(domain).isEqualTo(lastStep);
      for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
        digest.update(Files.readAllBytes(folder.resolve(file)));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Optional<Path> newest(String domain) {
    Path folder = run.resolve("checkpoints/experts/" + domain);
    try (Stream<Path> steps = Files.exists(folder) ? Files.list(folder) : Stream.of()) {
      return steps
          .filter(step -> step.getFileName().toString().startsWith("step-"))
          .max(Comparator.naturalOrder());
    } catch (IOException | java.io.UncheckedIOException e) {
      return newest(domain); // One was removed meanwhile.
    }
  }

  private static long step(Path folder) {
    return Long.parseLong(folder.getFileName().toString().substring("step-".length()));
  }
}
