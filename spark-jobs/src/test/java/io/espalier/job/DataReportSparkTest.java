package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What data.json says of text that is prepared, and of what is stated of it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataReportSparkTest {
  private static final String PROVENANCE =
      "data.source_defaults.provenance={path: PATH, licence: terms, url: repo}";
  private static final String LANGUAGE =
      "data.filters=[{type: language, languages: [en], keep_unknown: true}]";

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static SparkSession spark;

  @BeforeAll
  static void prepareWithCopies() throws IOException {
    tiny = TinyExperiment.in(folder);
    Path law = file("law");
    String copied = Files.readAllLines(law).get(0);
    add(law, copied.replace("law-0", "law-copy-1"));
    add(law, copied.replace("law-0", "law-copy-2"));
    add(law, "{broken");
    StringBuilder said = new StringBuilder("id\tterms\trepo\n");
    for (int i = 0; i < TinyExperiment.DOCUMENTS; i++) {
      said.append("law-%d\tCC BY %d\ta/%d\n".formatted(i, i % 2, i % 3));
    }
    Files.writeString(folder.resolve("provenance.tsv"), said);
    Experiment experiment = experiment();
    spark =
        EspalierSession.open(
            experiment, Optional.of("local[2]"), Map.of("spark.ui.enabled", "false"));
    prepare(experiment);
  }

  @Test
  @Order(1)
  void everyFileHasItsHashAndWhatBecameOfItsRecords() throws IOException {
    JsonNode data = data();
    Map<String, String> found = new TreeMap<>();
    for (JsonNode file : data.path("files")) {
      found.put(
          file.path("path").asText().replaceAll("/.*", ""),
          "%s %s of %s"
              .formatted(
                  file.path("sha256").asText(),
                  file.path("kept").asText(),
                  file.path("records").asText()));
    }
    assertThat(found)
        .containsOnlyKeys("code", "law", "poems", "recipes")
        .containsEntry("code", sha256(file("code")) + " 40 of 40")
        .containsEntry("law", sha256(file("law")) + " 40 of 43");
  }

  @Test
  @Order(2)
  void copiesAndLanguagesAreCounted() throws IOException {
    JsonNode data = data();
    assertThat(data.at("/duplicates/groups").toString()).isEqualTo("{\"3\":1}");
    JsonNode largest = data.at("/duplicates/largest/0");
    assertThat(largest.path("id").asText()).isEqualTo("law-0");
    assertThat(largest.path("domain").asText()).isEqualTo("law");
    assertThat(largest.path("exact").asLong()).isEqualTo(2);
    long documents = 0;
    for (JsonNode language : data.path("languages")) {
      documents += language.path("documents").asLong();
    }
    assertThat(documents).isEqualTo(4L * TinyExperiment.DOCUMENTS);
  }

  @Test
  @Order(3)
  void licencesAreThoseThatFilesStateOfDocuments() throws IOException {
    Map<String, String> licences = licences();
    assertThat(licences)
        .containsEntry("law", "CC BY 0 a/0 3 20, CC BY 1 a/0 3 20")
        .containsEntry("code", "  0 40");
  }

  @Test
  @Order(4)
  void whatIsStatedLaterIsShownWithoutPreparingAgain() throws IOException {
    long version = data().at("/table_versions/documents").asLong();
    Experiment stated = experiment("data.source_defaults.licence=MIT");
    RunFolder.check(stated, spark.sessionState().newHadoopConf()); // It is the same experiment.
    prepare(stated);
    assertThat(licences())
        .containsEntry("law", "CC BY 0 a/0 3 20, CC BY 1 a/0 3 20")
        .containsEntry("poems", "MIT  0 40");
    assertThat(data().at("/table_versions/documents").asLong()).isEqualTo(version);
  }

  /** By domain: licence, place, number of places, documents. */
  private static Map<String, String> licences() throws IOException {
    Map<String, String> licences = new TreeMap<>();
    for (JsonNode licence : data().path("licences")) {
      licences.merge(
          licence.path("domain").asText(),
          "%s %s %s %s"
              .formatted(
                  licence.path("licence").asText(),
                  licence.path("url").asText(),
                  licence.path("origins").asText(),
                  licence.path("documents").asText()),
          (one, other) -> one.compareTo(other) < 0 ? one + ", " + other : other + ", " + one);
    }
    return licences;
  }

  private static Experiment experiment(String... more) {
    String provenance =
        PROVENANCE.replace("PATH", folder.resolve("provenance.tsv").toUri().toString());
    String[] overrides = new String[more.length + 2];
    overrides[0] = provenance;
    overrides[1] = LANGUAGE;
    System.arraycopy(more, 0, overrides, 2, more.length);
    return tiny.to(folder.resolve("run"), overrides);
  }

  private static void prepare(Experiment experiment) {
    PrepareText.run(new Run(spark, experiment, new RecordedEvents()));
  }

  private static JsonNode data() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("run/report/data.json").toFile());
  }

  private static Path file(String domain) {
    String role = TinyExperiment.EVALUATION.containsKey(domain) ? "eval" : "train";
    return tiny.text().resolve("%s/%s/documents.jsonl".formatted(role, domain));
  }

  private static void add(Path file, String line) throws IOException {
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
