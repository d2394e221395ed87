package io.espalier.domain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sharder keeps. */
class DomainSharderContractTest {
  private static final List<Doc> DOCS = docs();

  /** A document as a sharder sees it. */
  record Doc(String id, String path, String text, String label) {}

  static Stream<DomainSharder> members() {
    return Stream.of(
        new SourceFolderDomainSharder(),
        new FieldDomainSharder("meta.subset"),
        new RuleDomainSharder(
            List.of(
                new DomainRule("code", Map.of("path", "\\.py$")),
                new DomainRule("law", Map.of("text", "(?i)\\bcourt\\b", "path", "^[a-m]"))),
            "other"),
        new RuleDomainSharder(List.of(new DomainRule("law", Map.of("text", "court"))), ""),
        new FixedDomainSharder("everything"),
        new SourceDomainSharder(),
        new RandomDomainSharder(3),
        new ClusterDomainSharder(2));
  }

  @Test
  void everyMemberIsTried() {
    assertThat(members().map(member -> member.getClass().getName()))
        .containsAll(
            Arrays.stream(DomainSharder.class.getPermittedSubclasses())
                .map(Class::getName)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("members")
  void everyDocumentHasOneDomainOrNone(DomainSharder sharder) {
    Map<String, String> domains = domains(sharder, DOCS, 2);

    assertThat(domains.keySet()).containsExactlyInAnyOrderElementsOf(ids(DOCS));
    assertThat(domains.values()).anySatisfy(name -> assertThat(name).isNotEqualTo("null"));
    if (domains.containsValue("null")) {
      assertThat(sharder.reasonForNone()).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void theAnswerDependsOnNeitherOrderNorPartitionsNorNeighbours(DomainSharder sharder) {
    Map<String, String> domains = domains(sharder, DOCS, 2);
    List<Doc> shuffled = new ArrayList<>(DOCS);
    Collections.shuffle(shuffled, new Random(8));

    assertThat(domains(sharder, shuffled, 7)).isEqualTo(domains);
    Map<String, String> some = domains(sharder, shuffled.subList(0, 20), 1);
    assertThat(domains).containsAllEntriesOf(some);
  }

  @ParameterizedTest
  @MethodSource("members")
  void everyDomainsNameIsFitToBeAFolder(DomainSharder sharder) {
    assertThat(domains(sharder, DOCS, 2).values())
        .filteredOn(name -> !name.equals("null"))
        .allSatisfy(name -> assertThat(DomainName.of(name)).isEqualTo(name).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("members")
  void membersTravelToExecutorsAndThroughTheConfiguration(DomainSharder sharder)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sharder);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(sharder);
    }
    String type = sharder.getClass().getAnnotation(JsonTypeName.class).value();
    assertThat(new ObjectMapper().valueToTree(sharder).path("type").asText()).isEqualTo(type);
  }

  @Test
  void theFirstFolderTheFieldAndTheFirstMatchingRuleGiveTheName() {
    List<DomainSharder> members = members().toList();
    List<Doc> docs =
        List.of(
            new Doc("1", "ArXiv Abstracts/2020/a.py", "The Court rules", " Case Law "),
            new Doc("2", "news/court.txt", "The Court rules", ""),
            new Doc("3", "law.txt", "in court", "..."));

    assertThat(domains(members.get(0), docs, 1))
        .containsExactlyEntriesOf(
            new TreeMap<>(Map.of("1", "arxiv_abstracts", "2", "news", "3", "null")));
    assertThat(domains(members.get(1), docs, 1))
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("1", "case_law", "2", "null", "3", "null")));
    assertThat(domains(members.get(2), docs, 1))
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("1", "code", "2", "other", "3", "law")));
    assertThat(domains(members.get(3), docs, 1))
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("1", "null", "2", "null", "3", "law")));
  }

  @Test
  void theExpressionForANameIsItsForm() {
    List<Doc> docs = new ArrayList<>();
    Random random = new Random(13);
    String alphabet = "aZ\u00C9\u0130\u00DF \t\n\u00A0\u2003\u3000\u200B\uFEFF._-/\\:*?'%#+\u65E5";
    for (int i = 0; i < 2000; i++) {
      StringBuilder name = new StringBuilder();
      for (int n = random.nextInt(9); n >= 0; n--) {
        name.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      docs.add(new Doc("" + i, "", "", name.toString()));
    }

    Map<String, String> domains = domains(new FieldDomainSharder("f"), docs, 2);

    for (Doc doc : docs) {
      String form = DomainName.of(doc.label());
      assertThat(domains.get(doc.id())).as(doc.label()).isEqualTo(form.isEmpty() ? "null" : form);
      assertThat(DomainName.of(form)).isEqualTo(form);
      assertThat(form).doesNotContainPattern("[\\s\\p{Z}\\p{Cc}/\\\\:*?]");
    }
  }

  private static Map<String, String> domains(
      DomainSharder sharder, List<Doc> docs, int partitions) {
    Dataset<Row> rows =
        LocalSpark.session()
            .createDataFrame(
                docs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Doc.class))
            .repartition(partitions);
    DocumentColumns columns =
        new DocumentColumns(
            col("path"),
            col("text"),
            col("label"),
            col("id"),
            col("label"),
            when(col("text").contains("ourt"), "cluster_0_court").otherwise("cluster_1_def"));
    Column domain = sharder.domain(columns);
    Map<String, String> domains = new TreeMap<>();
    for (Row row : rows.select(col("id"), domain.cast("string"), lit(1)).collectAsList()) {
      assertThat(domains.put(row.getString(0), String.valueOf(row.get(1)))).isNull();
    }
    return domains;
  }

  private static List<String> ids(List<Doc> docs) {
    return docs.stream().map(Doc::id).toList();
  }

  private static List<Doc> docs() {
    List<String> folders = List.of("Law/", "code base/", "news/2020/", "_x/", "été/", "", "a:b/");
    List<String> names = List.of("one.py", "two.txt", "three.jsonl.gz");
    List<String> texts = List.of("The court decides.", "def f(): pass", "Courtship", "");
    List<String> labels = List.of("", "Wiki", " a/b ", "...", "Été", "\t");
    return IntStream.range(0, 100)
        .mapToObj(
            i ->
                new Doc(
                    "d" + i,
                    folders.get(i % folders.size()) + names.get(i % names.size()),
                    texts.get(i % texts.size()),
                    labels.get(i % labels.size())))
        .toList();
  }
}
