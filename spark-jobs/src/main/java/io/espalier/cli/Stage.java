package io.espalier.cli;

import java.util.Locale;

/** The stages that are commands of their own: all take the same options. */
enum Stage {
  PREPARE(
      "Reads raw text into the tables documents, rejections and sequences: cleans, filters,\n"
          + "deduplicates, assigns domains and splits, trains the tokenizer, packs windows of tokens."),
  TRAIN_SEED(
      "Trains the seed model on all training domains, balanced.\n"
          + "One task with all the slots' threads."),
  TRAIN_DENSE(
      "Trains the dense model: the same on the whole budget of tokens,\n"
          + "seed and experts together, so that every result stands beside one of matched compute."),
  TRAIN_EXPERTS(
      "Trains one expert per domain, branched from the seed, each in a Spark task of its own.\n"
          + "More experts than slots queue, longest first."),
  SCORE(
      """
      Writes the log-probability of every token under every checkpoint into the table scores.
      One forward pass each; ensembles are arithmetic on it.
      With --input: scores any documents instead, each its perplexity under every expert, their
      ensemble and the dense model, and its most probable domain, into the folder --output.
      """),
  EVALUATE(
      "Computes perplexities of all models, averages and ensembles from the scores,\n"
          + "and prints them domain by domain."),
  REPORT("Writes report/index.html, one file that needs no network, and report/results.json.");

  private final String description;

  Stage(String description) {
    this.description = description;
  }

  /** The name on the command line: {@code train-seed}. */
  String command() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Lines for its help. */
  String[] description() {
    return description.lines().toArray(String[]::new);
  }
}
