package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What TRUTH.json says of the damaged corpus beside the repository.
 *
 * @param records by their uid, a key that only the truth has
 * @param broken lines, and files as a whole, that are damaged
 * @param groups uids of texts that are the same, or the same but for case, space and punctuation
 * @param pairs of similar texts
 * @param leaks uid → id of the evaluation document that it holds
 */
record DamagedTruth(
    Map<String, Item> records,
    List<Broken> broken,
    List<List<String>> groups,
    List<Pair> pairs,
    Map<String, String> leaks) {
  static final Path CORPUS = Path.of("../../shared/corpus").toAbsolutePath().normalize();

  /**
   * A record of the corpus.
   *
   * @param place file and number, as the readers count
   * @param labels what was done to it; none = real text as it was found
   * @param sha beginning of the SHA-256 of the text as it is stored
   * @param planted personal data
   * @param of id of the record that it was made from, or empty
   * @param lost whether it lies behind the damage of its file
   */
  record Item(
      String uid,
      String place,
      String id,
      String domain,
      List<String> labels,
      String sha,
      List<String> planted,
      String of,
      boolean lost) {
    boolean has(String label) {
      return labels.contains(label);
    }

    boolean in(String folder) {
      return place.startsWith(folder + "/");
    }

    @Override
    public String toString() {
      return uid + " " + labels + " at " + place;
    }
  }

  /** Damage at a place, or of a whole file: then the place is the file's. */
  record Broken(String place, String kind, String expected) {}

  /** Two texts and the Jaccard similarity of their sets of word 5-grams. */
  record Pair(String one, String other, double jaccard) {}

  static DamagedTruth read() throws IOException {
    JsonNode root = new ObjectMapper().readTree(CORPUS.resolve("TRUTH.json").toFile());
    Map<String, Item> records = new LinkedHashMap<>();
    root.path("records").forEach(node -> records.put(node.path("uid").asText(), item(node)));
    List<Broken> broken = new ArrayList<>();
    root.path("broken").forEach(node -> broken.add(broken(node)));
    List<List<String>> groups = new ArrayList<>();
    root.path("exact_groups").forEach(group -> groups.add(texts(group)));
    root.path("normalised_groups").forEach(group -> groups.add(texts(group)));
    List<Pair> pairs = new ArrayList<>();
    for (JsonNode pair : root.path("similar_pairs")) {
      pairs.add(new Pair(pair.get(0).asText(), pair.get(1).asText(), pair.get(2).asDouble()));
    }
    Map<String, String> leaks = new LinkedHashMap<>();
    for (JsonNode leak : root.path("eval_leaks")) {
      leaks.put(leak.path("uid").asText(), leak.path("eval_domain_id").asText());
    }
    return new DamagedTruth(records, broken, groups, pairs, leaks);
  }

  private static Item item(JsonNode node) {
    return new Item(
        node.path("uid").asText(),
        place(node.path("file").asText(), node.path("loc").asLong()),
        node.path("id").asText(),
        node.path("domain").asText(),
        texts(node.path("labels")),
        node.path("sha").asText(),
        texts(node.path("pii")),
        node.path("of").asText(),
        node.path("lost").asBoolean());
  }

  private static Broken broken(JsonNode node) {
    String file = node.path("file").asText();
    return new Broken(
        node.has("line") ? place(file, node.path("line").asLong()) : file,
        node.path("kind").asText(),
        node.path("expected").asText());
  }

  /** The truth counts rows of Parquet from 0, and a tab-separated header as a line. */
  private static String place(String file, long location) {
    if (file.startsWith("txt/") || file.endsWith(".parquet")) {
      return file + "#" + (location + 1);
    }
    return file + "#" + (file.endsWith(".tsv") ? location - 1 : location);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
