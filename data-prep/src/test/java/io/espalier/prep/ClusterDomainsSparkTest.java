package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.cluster.ClusterQuality;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.DomainSharder;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.DomainSettings.Clusters;
import io.espalier.prep.DomainSettings.CompareWith;
import io.espalier.prep.DomainSettings.Divide;
import io.espalier.prep.DomainSettings.Limits;
import io.espalier.table.DocumentRow;
import io.espalier.table.LocalSpark;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three kinds of text that have no word in common, as a person would tell them apart. */
@Tag("long")
class ClusterDomainsSparkTest {
  private static final Map<String, String> WORDS =
      Map.of(
          "law", "court judge ruling appeal statute defendant plaintiff jury verdict counsel",
          "kitchen", "flour sugar butter oven boil whisk pastry dough cream recipe",
          "sea", "ship sail captain harbour anchor wave storm mast deck tide");
  private static final int OF_EACH = 30;
  private static final Limits NO_LIMITS = new Limits(0, 0, 1, Map.of());

  @TempDir static Path folder;
  private static RunPaths fitted;
  private static PreparedDocuments prepared;

  @BeforeAll
  static void prepareOnce() {
    WORDS.forEach(
        (name, words) ->
            Corpus.write(folder.resolve("in/" + name + "/a.jsonl"), documents(name, words)));
    Map<String, String> all = new TreeMap<>();
    WORDS.forEach((name, words) -> all.putAll(documents(name, words)));
    for (int part = 0; part < 5; part++) {
      int mine = part;
      Map<String, String> some =
          all.entrySet().stream()
              .filter(e -> Math.floorMod(e.getKey().hashCode(), 5) == mine)
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      Corpus.write(folder.resolve("mixed/%d.jsonl".formatted(part)), some);
    }
    fitted = RunPaths.of(folder.resolve("fitted").toString());
    prepared =
        run(
            fitted,
            "in",
            new ClusterDomainSharder(3),
            new DomainSettings(
                clusters("", CompareWith.SOURCE_FOLDER), new Divide(0, 1), NO_LIMITS));
  }

  @Test
  void differentTextsAreDifferentDomainsNamedForTheirWords() {
    ClusterQuality quality = files().quality().orElseThrow();

    assertThat(quality.purity()).isEqualTo(1);
    assertThat(quality.normalizedMutualInformation()).isGreaterThan(0.999);
    assertThat(quality.documents()).hasSize(3);
    quality
        .documents()
        .forEach(
            (domain, labels) -> {
              String label = labels.firstKey();
              assertThat(labels.get(label)).isEqualTo(OF_EACH);
              String[] named = domain.replaceFirst("cluster_\\d_", "").split("_", -1);
              assertThat(List.of(WORDS.getOrDefault(label, "").split(" ", -1))).contains(named);
            });
    assertThat(prepared.domains(Role.TRAINING))
        .containsExactlyElementsOf(quality.documents().keySet());
  }

  @Test
  void otherFilesAndAModelThatIsKeptGiveTheSameDomains() {
    RunPaths refitted = RunPaths.of(folder.resolve("refitted").toString());
    run(
        refitted,
        "mixed",
        new ClusterDomainSharder(3),
        new DomainSettings(clusters("", CompareWith.NONE), new Divide(0, 1), NO_LIMITS));
    RunPaths later = RunPaths.of(folder.resolve("later").toString());
    PreparedDocuments limited =
        run(
            later,
            "mixed",
            new ClusterDomainSharder(3),
            new DomainSettings(
                clusters(files().modelPath(), CompareWith.NONE),
                new Divide(0, 1),
                new Limits(20, 0, 1, Map.of())));

    assertThat(domains(refitted)).isEqualTo(domains(fitted));
    assertThat(domains(later)).hasSize(60);
    assertThat(domains(fitted)).containsAllEntriesOf(domains(later));
    assertThat(limited.stages().get(limited.stages().size() - 1))
        .hasToString("limit: 90 read, 60 kept, 30 rejected (30 domain_limit)");
  }

  @Test
  void aDomainThatIsTooLargeBecomesSeveral() {
    RunPaths run = RunPaths.of(folder.resolve("divided").toString());
    run(
        run,
        "mixed",
        new FixedDomainSharder("text"),
        new DomainSettings(clusters("", CompareWith.NONE), new Divide(0, 0.45), NO_LIMITS));

    Map<String, List<String>> kinds =
        domains(run).entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getValue,
                    Collectors.mapping(
                        e -> e.getKey().replaceFirst("-.*", ""),
                        Collectors.collectingAndThen(
                            Collectors.toSet(), kind -> List.copyOf(kind)))));

    assertThat(kinds).containsOnlyKeys("text_0", "text_1", "text_2");
    assertThat(kinds.values()).allSatisfy(kind -> assertThat(kind).hasSize(1));
  }

  @Test
  void aModelThatIsNotThereAndMoreClustersThanDocumentsAreRefused() {
    RunPaths run = RunPaths.of(folder.resolve("refused").toString());
    assertThatThrownBy(
            () ->
                run(
                    run,
                    "in",
                    new ClusterDomainSharder(3),
                    new DomainSettings(
                        clusters(folder + "/none.json", CompareWith.NONE),
                        new Divide(0, 1),
                        NO_LIMITS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.domains.clusters.model is")
        .hasMessageContaining("is not there");
    assertThatThrownBy(
            () ->
                run(
                    run,
                    "in",
                    new ClusterDomainSharder(4),
                    new DomainSettings(
                        clusters(files().modelPath(), CompareWith.NONE),
                        new Divide(0, 1),
                        NO_LIMITS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("domain.clusters is 4 but the model")
        .hasMessageContaining("has 3");
  }

  private static ClusterFiles files() {
    return new ClusterFiles(new Configuration(), fitted, prepared.fingerprint());
  }

  private static Clusters clusters(String model, CompareWith labels) {
    return new Clusters(20, 1000, 500, 5000, model, labels);
  }

  private static PreparedDocuments run(
      RunPaths run, String input, DomainSharder sharder, DomainSettings domains) {
    DataSettings plain =
        Corpus.settings(List.of(Corpus.source(folder.resolve(input), sharder)), List.of());
    return PrepareDocuments.run(
        LocalSpark.session(),
        Corpus.withDomains(plain, domains),
        run,
        20,
        PreparationListener.SILENT);
  }

  private static Map<String, String> domains(RunPaths run) {
    Table<DocumentRow> table =
        Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"));
    return table.collect(table.latestCommit().orElseThrow().version()).stream()
        .collect(Collectors.toMap(DocumentRow::id, DocumentRow::domain));
  }

  private static Map<String, String> documents(String name, String words) {
    String[] all = words.split(" ", -1);
    Random random = new Random(name.hashCode());
    Map<String, String> documents = new TreeMap<>();
    for (int i = 0; i < OF_EACH; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 30; word++) {
        text.append("the ").append(all[random.nextInt(all.length)]).append(" and ");
      }
      documents.put("%s-%d".formatted(name, i), text.toString());
    }
    return documents;
  }
}
