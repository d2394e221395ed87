package io.espalier.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** GPUs that a worker says it has, so that their scheduling can be tried where there are none. */
final class PretendedGpus {
  private PretendedGpus() {}

  /**
   * Writes the script that Spark discovers a worker's GPUs by. No two workers have the same
   * address, since all of them are on one machine.
   *
   * @return the worker's options of Java's; none where it has no GPU
   */
  static List<String> of(int worker, int gpusPerWorker, Path folder) throws IOException {
    if (gpusPerWorker == 0) {
      return List.of();
    }
    String addresses =
        IntStream.range(worker * gpusPerWorker, (worker + 1) * gpusPerWorker)
            .mapToObj("\"%d\""::formatted)
            .collect(Collectors.joining(", "));
    Path script = folder.resolve("gpus-%d.sh".formatted(worker));
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo '{"name": "gpu", "addresses": [%s]}'
        """
            .formatted(addresses));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return List.of(
        "-Dspark.worker.resource.gpu.amount=" + gpusPerWorker,
        "-Dspark.worker.resource.gpu.discoveryScript=" + script);
  }
}
