package io.espalier.job;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whatever an experiment's file holds: an experiment, or a sentence. */
class ExperimentFuzzTest {
  @FuzzTest(maxDuration = "40s", maxExecutions = 20_000)
  void anyBytesAreAnExperimentOrASentence(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("fuzz", ".yaml");
    try {
      Files.write(file, bytes);
      Experiment.load(file.toString(), List.of(), Optional.of("/run"));
    } catch (ConfigException expected) {
      // That is the other outcome.
    } finally {
      Files.delete(file);
    }
  }
}
