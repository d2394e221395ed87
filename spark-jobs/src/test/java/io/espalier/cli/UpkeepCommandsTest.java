package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.checkpoint.Lease;
import io.espalier.config.RunPaths;
import io.espalier.table.TextFile;
import io.espalier.upkeep.LiveStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fsck, gc and status print, and how they end. */
class UpkeepCommandsTest {
  @TempDir private Path run;
  private final Configuration configuration = new Configuration();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeAFile() {
    TextFile.write(
        configuration,
        new org.apache.hadoop.fs.Path(run.resolve("experiment.yaml").toUri()),
        "name: small\n");
  }

  @Test
  void aWholeRunEndsWithZero() throws IOException {
    assertThat(execute("fsck", run.toString(), "--json")).isZero();
    JsonNode verdict = new ObjectMapper().readTree(out.toString());
    assertThat(verdict.path("problems")).isEmpty();
    assertThat(verdict.path("files").asInt()).isEqualTo(2);
  }

  @Test
  void aDamagedFileIsNamedWithWhatToDoAndEndsWithOne() throws IOException {
    Files.writeString(run.resolve("experiment.yaml"), "name: smell\n");
    assertThat(execute("fsck", run.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("damaged +experiment.yaml +has SHA-256 .* says")
        .contains("Put it back; every checkpoint's manifest has the configuration as well.")
        .contains("1 of them damaged, missing or not of this run");
  }

  @Test
  void whatHasNoSealYetIsSealedWhereThatIsAskedFor() throws IOException {
    Files.delete(run.resolve(".experiment.yaml.sha256"));
    assertThat(execute("fsck", run.toString())).isZero();
    assertThat(out.toString()).containsPattern("unsealed +experiment.yaml");
    assertThat(execute("fsck", run.toString(), "--seal")).isZero();
    assertThat(run.resolve(".experiment.yaml.sha256")).exists();
  }

  @Test
  void nothingIsRemovedOrSealedWhileAnotherWrites() throws IOException {
    Files.delete(run.resolve(".experiment.yaml.sha256"));
    try (Lease other = lease("espalier run (ada@here, process 7)")) {
      assertThat(other.epoch()).isEqualTo(1);
      assertThat(execute("gc", run.toString())).as("looking is no harm").isZero();
      assertThat(execute("fsck", run.toString())).as("nor is this").isZero();
      for (String[] changing : new String[][] {{"gc", "--delete"}, {"fsck", "--seal"}}) {
        assertThat(execute(changing[0], run.toString(), changing[1])).isEqualTo(2);
        assertThat(err.toString())
            .contains("is being written by espalier run (ada@here, process 7) since");
        err.getBuffer().setLength(0);
      }
      assertThat(run.resolve(".experiment.yaml.sha256")).doesNotExist();
    }
    assertThat(execute("fsck", run.toString(), "--seal")).isZero();
    assertThat(execute("gc", run.toString(), "--delete")).isZero();
    try (Lease next = lease("the next")) {
      assertThat(next.epoch()).as("both have given theirs back").isEqualTo(4);
    }
  }

  private Lease lease(String holder) {
    return Lease.take(
        configuration,
        RunPaths.of(run.toString()).lease("run"),
        new Lease.Request("The run folder", holder, Duration.ofSeconds(4), line -> {}, lost -> {}));
  }

  @Test
  void theStatusTellsADriverAtWorkFromOneThatWasKilled() throws IOException {
    says(LiveStatus.RUNNING, Instant.now());
    assertThat(execute("status", run.toString())).isZero();
    assertThat(out.toString())
        .contains("running (local-1, host:7, heard of")
        .contains("25 %, 100 of 400 tokens, 10 tokens/s, 30 s left")
        .contains("expert/law 25 %  loss 4.21");
    says(LiveStatus.RUNNING, Instant.now().minusSeconds(3600));
    assertThat(execute("status", run.toString(), "--watch", "1")).as("doesn't wait").isZero();
    assertThat(out.toString()).contains("nothing was heard of its driver for 1 h");
  }

  @Test
  void aFolderThatIsNoRunIsTheUsersMistake() {
    String other = run.resolve("nothing").toString();
    for (String command : List.of("fsck", "gc", "status")) {
      assertThat(execute(command, other)).isEqualTo(2);
      assertThat(err.toString()).contains(other + " is no run");
    }
    assertThat(execute("gc", run.toString(), "--keep", "0")).isEqualTo(2);
    assertThat(execute("status", run.toString(), "--watch", "0")).isEqualTo(2);
  }

  private void says(String state, Instant at) throws IOException {
    LiveStatus.Stage stage =
        new LiveStatus.Stage(
            "train-experts",
            "2 experts",
            LiveStatus.RUNNING,
            0,
            100,
            400,
            "tokens",
            10,
            30,
            List.of(new LiveStatus.Item("expert/law", 50, 200, "loss 4.21")));
    new LiveStatus(
            state, "local-1", "host:7", 0, at.toEpochMilli(), List.of(stage), List.of("a line"))
        .write(configuration, RunPaths.of(run.toString()));
  }

  private int execute(String... arguments) {
    return Espalier.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
