package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.TinyExperiment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A starter experiment is planned as it was written, whatever the text looks like. */
class InitCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void foldersBecomeDomainsAndTheBatchIsDivisibleAmongThem() throws Exception {
    TinyExperiment.in(folder); // three domains, which sixteen sequences can't be divided among
    Path file = initialised(folder.resolve("text/train"));
    assertThat(Files.readString(file))
        .contains("domain: {type: source_folder}", "global_batch_sequences: 18")
        .contains("# ");
    assertThat(planned(file)).contains("3 files", "train-experts", "my forest:");
  }

  @Test
  void unsortedTextIsDividedIntoClusters() throws Exception {
    TinyExperiment.in(folder);
    Path file = initialised(folder.resolve("text/train/law/documents.jsonl"));
    assertThat(Files.readString(file)).contains("domain: {type: cluster, clusters: 4}");
    assertThat(planned(file)).contains("prepare        1 file");
  }

  @Test
  void withoutTextItIsTheSampleCorpusOfTheInstallation() throws Exception {
    System.setProperty("espalier.home", Path.of("..").toAbsolutePath().normalize().toString());
    try {
      Path home = folder.resolve("first");
      assertThat(execute("init", home.toString())).as(err.toString()).isZero();
      assertThat(planned(home.resolve("espalier.yaml"))).contains("8 files");
    } finally {
      System.clearProperty("espalier.home");
    }
  }

  @Test
  void anExperimentThatIsThereStays() throws Exception {
    TinyExperiment.in(folder);
    Path file = initialised(folder.resolve("text/train"));
    Files.writeString(file, "name: precious\n");
    assertThat(execute("init", folder.resolve("my forest").toString(), "--text", folder.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("exists already and is not overwritten");
    assertThat(file).hasContent("name: precious");
  }

  @Test
  void textThatIsNotThereIsRefusedAndNothingWritten() {
    Path home = folder.resolve("new");
    assertThat(execute("init", home.toString(), "--text", "/no/such/text")).isEqualTo(2);
    assertThat(err.toString()).contains("--text is /no/such/text but there is no such file");
    assertThat(home).doesNotExist();
  }

  private Path initialised(Path text) {
    Path home = folder.resolve("my forest");
    Path file = home.resolve("espalier.yaml");
    assertThat(execute("init", home.toString(), "--text", text.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("bin/espalier run '" + file + "'");
    return file;
  }

  private String planned(Path file) {
    assertThat(execute("plan", file.toString(), "--cores", "2")).as(err.toString()).isZero();
    return out.toString();
  }

  private int execute(String... arguments) {
    return Espalier.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
