package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.evaluate.EnsembleSettings;
import io.espalier.forest.UniformPrior;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleDefaultsTest {
  @TempDir private Path folder;

  @Test
  void anEnsembleThatStatesNoPriorHasTheDefaultOne() throws Exception {
    EnsembleSettings ensemble =
        TinyExperiment.in(folder)
            .to(
                folder.resolve("run"),
                "evaluation.ensembles=[{name: cached_prior, prior: {type: cached}},"
                    + " {name: released_code, posterior: last_token}]")
            .settings()
            .evaluation()
            .ensembles()
            .get(1);
    assertThat(ensemble.prior()).isInstanceOf(UniformPrior.class);
  }
}
