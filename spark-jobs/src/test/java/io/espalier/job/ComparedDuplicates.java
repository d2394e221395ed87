package io.espalier.job;

import io.espalier.job.DamagedTruth.Item;
import io.espalier.job.DamagedTruth.Pair;
import io.espalier.job.RecordFates.Fate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Duplicates, near duplicates and leaks: what must go goes, and nothing goes without a proof. */
final class ComparedDuplicates {
  private static final double JACCARD = 0.8;
  private static final int NGRAM_WORDS = 13;

  private final DamagedTruth truth;
  private final RecordFates fates;
  private final Differences differences;
  private final Map<String, String> uids = new HashMap<>();
  private final Map<String, Set<String>> alike = new HashMap<>();

  private ComparedDuplicates(DamagedTruth truth, RecordFates fates, Differences differences) {
    this.truth = truth;
    this.fates = fates;
    this.differences = differences;
    truth.records().values().forEach(item -> uids.put("dirty/" + item.place(), item.uid()));
    truth.groups().forEach(group -> group.forEach(uid -> alike(uid).addAll(group)));
    for (Pair pair : truth.pairs()) {
      if (pair.jaccard() >= JACCARD) {
        alike(pair.one()).add(pair.other());
        alike(pair.other()).add(pair.one());
      }
    }
  }

  /** Compares them all; of a similar pair not both stay. */
  static void check(DamagedTruth truth, RecordFates fates, Differences differences) {
    ComparedDuplicates compared = new ComparedDuplicates(truth, fates, differences);
    fates.byId().values().forEach(compared::checkProof);
    truth.groups().forEach(compared::checkGroup);
    truth.leaks().forEach(compared::checkLeak);
    truth.pairs().forEach(compared::checkPair);
  }

  private void checkProof(Fate fate) {
    Optional<String> objection =
        switch (fate.stage()) {
          case "deduplicate" -> objectionToDuplicate(fate);
          case "near_duplicate" -> objectionToNearDuplicate(fate);
          case "decontaminate" -> objectionToLeak(fate);
          default -> Optional.empty();
        };
    objection.ifPresent(
        how -> differences.add(name(fate) + " proof", "%s, but %s".formatted(fate, how)));
  }

  private Optional<String> objectionToDuplicate(Fate fate) {
    Fate stays = named(fate, "same text as ");
    if (stays.stage().equals("deduplicate")) {
      return Optional.of("that was a duplicate, too");
    }
    boolean same = TextLikeness.words(fate.text()).equals(TextLikeness.words(stays.text()));
    return same ? objectionOfTruth(fate, stays) : Optional.of("the words aren't the same");
  }

  private Optional<String> objectionToNearDuplicate(Fate fate) {
    Fate stays = named(fate, " of ");
    if (List.of("deduplicate", "near_duplicate").contains(stays.stage())) {
      return Optional.of("that was a duplicate, too");
    }
    double stated = Double.parseDouble(fate.detail().split(" ", 2)[0]);
    double jaccard = TextLikeness.jaccard(fate.text(), stays.text());
    // It is stated to two digits, rounded down.
    return jaccard >= JACCARD && jaccard >= stated && jaccard < stated + 0.0101
        ? objectionOfTruth(fate, stays)
        : Optional.of("their Jaccard similarity is " + jaccard);
  }

  private Optional<String> objectionToLeak(Fate fate) {
    Fate evaluation = named(fate, " row of ");
    return TextLikeness.share(fate.text(), evaluation.text(), NGRAM_WORDS)
        ? Optional.empty()
        : Optional.of("they share no %d words in a row".formatted(NGRAM_WORDS));
  }

  /** What was found as it is and went must be known to be there again, or be evaluation text. */
  private Optional<String> objectionOfTruth(Fate fate, Fate stays) {
    String uid = uids.getOrDefault(fate.place(), "");
    String other = uids.getOrDefault(stays.place(), "");
    return isClean(uid) && isClean(other) && !alike(uid).contains(other)
        ? Optional.of("the truth doesn't know that of %s and %s".formatted(uid, other))
        : Optional.empty();
  }

  private boolean isClean(String uid) {
    Item item = truth.records().get(uid);
    return item != null && item.labels().isEmpty();
  }

  /** One at most stays, and one does unless there was another reason to reject what is alike. */
  private void checkGroup(List<String> group) {
    List<Fate> all = new ArrayList<>();
    group.forEach(uid -> fate(uid).ifPresent(all::add));
    List<Fate> kept = all.stream().filter(Fate::kept).toList();
    differences.check(kept.size() <= 1, group + " group", "more than one stays: " + kept);
    boolean gone = kept.isEmpty() && all.stream().noneMatch(this::goesForAnother);
    differences.check(!gone, group + " group", "none stays: " + all);
  }

  /** Rejected for itself, as evaluation text, or for one outside that stays. */
  private boolean goesForAnother(Fate fate) {
    Set<String> seen = new HashSet<>();
    Fate last = fate;
    while (seen.add(last.id()) && List.of("deduplicate", "near_duplicate").contains(last.stage())) {
      last = named(last, last.stage().equals("deduplicate") ? "same text as " : " of ");
    }
    return last.kept() || !List.of("deduplicate", "near_duplicate").contains(last.stage());
  }

  private void checkLeak(String uid, String evaluationId) {
    fate(uid)
        .ifPresent(
            fate ->
                differences.check(
                    !fate.kept() && namesEvaluation(fate),
                    uid + " leak",
                    "holds %s and was %s".formatted(evaluationId, fate)));
  }

  private boolean namesEvaluation(Fate fate) {
    String id = fate.detail().replaceFirst("^(same text as |.* of )", "");
    Fate named = fates.byId().get(id);
    return named != null && named.place().startsWith("eval/");
  }

  private void checkPair(Pair pair) {
    boolean bothStay =
        fate(pair.one()).map(Fate::kept).orElse(false)
            && fate(pair.other()).map(Fate::kept).orElse(false);
    differences.check(
        pair.jaccard() < JACCARD || !bothStay,
        "%s %s pair".formatted(pair.one(), pair.other()),
        "both stay: %s, %s".formatted(truth.records().get(pair.one()), pair));
  }

  private Fate named(Fate fate, String before) {
    String id = fate.detail().substring(fate.detail().indexOf(before) + before.length());
    return Optional.ofNullable(fates.byId().get(id))
        .orElseThrow(() -> new AssertionError(fate + " names no document"));
  }

  private Optional<Fate> fate(String uid) {
    Item item = Optional.ofNullable(truth.records().get(uid)).orElseThrow();
    return item.lost()
        ? Optional.empty()
        : Optional.ofNullable(fates.byPlace().get("dirty/" + item.place()));
  }

  private Set<String> alike(String uid) {
    return alike.computeIfAbsent(uid, u -> new HashSet<>());
  }

  private String name(Fate fate) {
    return uids.getOrDefault(fate.place(), fate.place());
  }
}
