package io.espalier.train;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Divides an experiment's budget into a seed, its experts and a dense baseline of matched compute
 * (Li et al. 2022, section 3): pure functions of settings and domain sizes.
 *
 * <p>With N updates, batch B and k experts, the seed makes N·share updates of B sequences on all
 * domains; each expert makes the rest with B / k sequences on its own; the dense model makes all N
 * with B. Tokens of dense = tokens of seed + tokens of all experts. A {@link Budget} may divide the
 * experts' updates otherwise among them, never their sum.
 */
public final class TrainingPlanner {
  /** The name of the seed model's checkpoint. */
  public static final String SEED = "seed";

  /** The name of the dense baseline's checkpoint. */
  public static final String DENSE = "dense";

  private final TrainingSettings training;
  private final long seed;
  private final List<DomainSequences> domains;
  private final List<DomainSequences> mixed;
  private final List<DomainSequences> expertDomains;
  private final int expertSequences;
  private final ParallelSettings expertParallel;
  private final List<List<String>> batches;
  private final Budget budget;
  private final Map<String, Long> decided;

  /**
   * Checks the combination of settings and data.
   *
   * @param seed random seed of the experiment
   * @param domains all training domains with their training sequences
   * @throws ConfigException if an expert's domain doesn't exist or a batch can't be divided
   */
  public TrainingPlanner(
      TrainingSettings training, ExpertSettings experts, long seed, List<DomainSequences> domains) {
    this(training, experts, seed, domains, Map.of());
  }

  /**
   * The same where the updates of each expert were decided while they were trained.
   *
   * @param decided updates by domain; nothing as long as they aren't
   */
  public TrainingPlanner(
      TrainingSettings training,
      ExpertSettings experts,
      long seed,
      List<DomainSequences> domains,
      Map<String, Long> decided) {
    this.decided = Map.copyOf(decided);
    this.budget = experts.budget();
    this.training = training;
    this.seed = seed;
    this.domains = List.copyOf(domains);
    this.mixed = training.seedMixture().mix(this.domains);
    this.expertDomains = expertDomains(experts, domains);
    this.expertParallel = experts.parallel();
    this.batches = experts.batches();
    requireBatchesOfExperts();
    this.expertSequences = expertSequences(training, experts, expertDomains.size());
  }

  /** One model on all domains for the seed's share of the updates. */
  public TrainingPlan seed() {
    return fromScratch(SEED, training.seedSteps());
  }

  /**
   * One expert per domain, which goes on from the seed with its weights, its optimizer moments, its
   * place in the schedule and in the domain's order of samples. Without a seed all begin with the
   * same initialisation. The schedule of one that makes more or fewer updates than the dense model
   * ends with its own last update.
   *
   * @throws ConfigException if a domain's text doesn't fill a single batch
   */
  public List<TrainingPlan> experts() {
    return experts(
        decided.isEmpty()
            ? budget.updates(expertDomains, expertSteps())
            : expertDomains.stream()
                .map(d -> Objects.requireNonNull(decided.get(d.domain())))
                .toList());
  }

  /**
   * The experts' training in slices.
   *
   * @throws IllegalStateException if the budget isn't divided into any
   */
  public SlicePlans slices() {
    if (budget instanceof MarginalBudget marginal) {
      List<Long> equal = marginal.updates(expertDomains, expertSteps());
      return new SlicePlans(experts(equal), marginal.sliceSteps());
    }
    throw new IllegalStateException(budget + " has no slices");
  }

  private List<TrainingPlan> experts(List<Long> updates) {
    expertDomains.forEach(this::requireOneBatch);
    return IntStream.range(0, expertDomains.size())
        .mapToObj(i -> expert(expertDomains.get(i), updates.get(i)))
        .toList();
  }

  private TrainingPlan expert(DomainSequences domain, long updates) {
    String name = "expert/" + domain.domain();
    return later(
        name, seedOrNothing(), domain, training.seedSteps(), updates, samplesOfSeed(domain));
  }

  private String seedOrNothing() {
    return training.seedSteps() == 0 ? "" : SEED;
  }

  /**
   * The experts in the order of the curriculum: those of a list side by side, the lists one after
   * the other. Later ones are planned as branches of the seed; {@link TrainingPlan#named} says
   * otherwise.
   */
  public List<List<TrainingPlan>> expertBatches() {
    List<TrainingPlan> all = experts();
    if (batches.isEmpty()) {
      return List.of(all);
    }
    return batches.stream()
        .map(
            batch ->
                all.stream()
                    .filter(plan -> batch.contains(plan.domains().get(0).domain()))
                    .toList())
        .toList();
  }

  private void requireBatchesOfExperts() {
    if (batches.isEmpty()) {
      return;
    }
    Set<String> named = batches.stream().flatMap(List::stream).collect(Collectors.toSet());
    Set<String> experts =
        expertDomains.stream().map(DomainSequences::domain).collect(Collectors.toSet());
    if (!named.equals(experts)) {
      throw new ConfigException(
          "experts.batches names %s but must name each expert's domain once: %s"
              .formatted(
                  named.stream().sorted().collect(Collectors.joining(", ")),
                  experts.stream().sorted().collect(Collectors.joining(", "))));
    }
  }

  /**
   * The dense baseline from scratch, or {@link #denseFromSeed()} where the experts' batch was set
   * by hand so that all of them together don't take as much as the dense batch.
   */
  public TrainingPlan dense() {
    return branchSequences() == training.globalBatchSequences()
        ? fromScratch(DENSE, training.steps())
        : denseFromSeed();
  }

  /**
   * The dense baseline as a branch of the seed on all domains, with the batch of all experts
   * together. Where that is the seed's batch it is the same model as one from scratch, bit for bit
   * with the same threads, without training the seed's updates twice.
   */
  public TrainingPlan denseFromSeed() {
    return new TrainingPlan(
        DENSE,
        seedOrNothing(),
        mixed,
        seed,
        training.seedSteps(),
        training.steps(),
        seed().samples(),
        new GlobalBatch(
            branchSequences(),
            training.microBatchSequences(),
            training.parallel().dataParallelSize()),
        training.parallel(),
        training);
  }

  /** Samples of one of its domains that the seed has seen, at most. */
  private long samplesOfSeed(DomainSequences domain) {
    SampleRound round = SampleRound.of(mixed);
    long rounds = -Math.floorDiv(-seed().samples(), (long) round.length());
    return Math.multiplyExact(rounds, (long) round.samples(domains.indexOf(domain)));
  }

  /** The training domains of the configuration. */
  public List<DomainSequences> domains() {
    return domains;
  }

  /** Updates that each expert makes after the seed's, on average. */
  public long expertSteps() {
    return training.steps() - training.seedSteps();
  }

  /** Sequences of an expert's update. */
  public int expertBatchSequences() {
    return expertSequences;
  }

  /**
   * An expert of a domain that joins later, with the batch and the place in the schedule of the
   * first experts. It begins with the domain's first sample that the seed hasn't seen.
   *
   * @param checkpoint its name
   * @param parent what it branches from, at the step where the seed ends; empty = from scratch,
   *     where there is no seed
   * @param steps updates it makes; the schedule ends with them
   * @throws ConfigException if the domain's text doesn't fill a single batch
   */
  public TrainingPlan joining(
      DomainSequences domain, String checkpoint, String parent, long steps) {
    requireOneBatch(domain);
    boolean seen = domains.contains(domain);
    return later(
        checkpoint, parent, domain, training.seedSteps(), steps, seen ? samplesOfSeed(domain) : 0);
  }

  /**
   * An expert that goes on with new text alone. The schedule goes on as if it had spanned both
   * trainings from the beginning, so that the rate begins above its end and ends there again.
   *
   * @param text the new text
   * @param checkpoint name of the new expert
   * @param parent name of the expert it goes on from
   * @param firstStep updates that one has made
   * @param samplesSeen samples that one has seen of the domain
   * @param steps updates to make
   * @throws ConfigException if the new text doesn't fill a single batch
   */
  public TrainingPlan goingOn(
      DomainSequences text,
      String checkpoint,
      String parent,
      long firstStep,
      long samplesSeen,
      long steps) {
    requireOneBatch(text);
    // The next epoch of the new text: each of its sequences comes once before one comes twice, and
    // no number of a sample comes again, which dropout is decided by.
    long epochs = -Math.floorDiv(-samplesSeen, text.sequences());
    return later(
        checkpoint, parent, text, firstStep, steps, Math.multiplyExact(epochs, text.sequences()));
  }

  private TrainingPlan later(
      String checkpoint,
      String parent,
      DomainSequences domain,
      long firstStep,
      long steps,
      long firstSample) {
    long lastStep = Math.addExact(firstStep, steps);
    return new TrainingPlan(
        checkpoint,
        parent,
        List.of(domain),
        seed,
        firstStep,
        lastStep,
        firstSample,
        new GlobalBatch(
            expertSequences, training.microBatchSequences(), expertParallel.dataParallelSize()),
        expertParallel,
        lastStep == training.steps() ? training : training.spanning(lastStep));
  }

  /**
   * Whoever has less text than one update takes would train on the same sequences twice at once.
   */
  private void requireOneBatch(DomainSequences domain) {
    if (domain.sequences() < expertSequences) {
      throw new ConfigException(
          "domain %s has %d training sequences but an update of its expert takes %d; more text, or an experts.global_batch_sequences of at most %d, would work"
              .formatted(domain.domain(), domain.sequences(), expertSequences, domain.sequences()));
    }
  }

  private TrainingPlan fromScratch(String checkpoint, long steps) {
    GlobalBatch batch =
        new GlobalBatch(
            training.globalBatchSequences(),
            training.microBatchSequences(),
            training.parallel().dataParallelSize());
    return new TrainingPlan(
        checkpoint, "", mixed, seed, 0, steps, 0, batch, training.parallel(), training);
  }

  private int branchSequences() {
    return Math.multiplyExact(expertSequences, expertDomains.size());
  }

  private static List<DomainSequences> expertDomains(
      ExpertSettings experts, List<DomainSequences> domains) {
    if (domains.isEmpty()) {
      throw new ConfigException("There is no training domain, but training needs at least one");
    }
    if (experts.domains().isEmpty()) {
      return List.copyOf(domains);
    }
    Map<String, DomainSequences> byName =
        domains.stream().collect(Collectors.toMap(DomainSequences::domain, Function.identity()));
    return experts.domains().stream().map(name -> known(name, byName)).toList();
  }

  private static DomainSequences known(String name, Map<String, DomainSequences> byName) {
    DomainSequences domain = byName.get(name);
    if (domain == null) {
      throw new ConfigException(
          "experts.domains names %s but must name training domains: %s"
              .formatted(
                  name, byName.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    return domain;
  }

  private static int expertSequences(
      TrainingSettings training, ExpertSettings settings, int experts) {
    int given = settings.globalBatchSequences();
    int dense = training.globalBatchSequences();
    if (given == 0 && dense % experts != 0) {
      throw new ConfigException(
          ("training.global_batch_sequences is %d but must be divisible by the number of experts"
                  + " (%d), so that they cost what the dense model costs; %d would work, or set"
                  + " experts.global_batch_sequences")
              .formatted(dense, experts, (dense / experts + 1) * experts));
    }
    int sequences = given == 0 ? dense / experts : given;
    String key =
        given == 0
            ? "training.global_batch_sequences (%d) / experts (%d)".formatted(dense, experts)
            : "experts.global_batch_sequences";
    GlobalBatch.checkDivisible(
        key, sequences, training.microBatchSequences(), settings.parallel().dataParallelSize());
    GlobalBatch.checkDivisible(
        "The batch of the dense model beside the experts",
        Math.multiplyExact(sequences, experts),
        training.microBatchSequences(),
        training.parallel().dataParallelSize());
    return sequences;
  }
}
