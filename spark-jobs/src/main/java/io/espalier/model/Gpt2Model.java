package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.model.Dropout.Draws;
import io.espalier.model.SegmentTape.Flow;
import io.espalier.model.SegmentTape.Memory;
import io.espalier.torch.ComputeDevice;
import io.espalier.torch.Precision;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import io.espalier.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** {@link Gpt2} as segments of {@code gpt2.py} over one set of flat buffers. */
final class Gpt2Model implements LanguageModel {
  private final Gpt2 architecture;
  private final Ranks ranks;
  private final int vocabularySize;
  private final int sequenceLengthTokens;
  private final int documentStart;
  private final ModelOptions options;
  private final TensorScope scope;
  private final ScriptModule operators;
  private final ScriptModule script;
  private final ParameterMemory memory;
  private final AdamW adamW;
  private final GradientExchange exchange;
  private final TiedHead head;
  private final TensorParallel parallel;
  private final Tensor noBias;
  private final Dropout dropout;
  private final TokenBuffers buffers = new TokenBuffers();

  /** A model of sequences whose documents aren't told apart. */
  Gpt2Model(
      Gpt2 architecture,
      int vocabularySize,
      int sequenceLengthTokens,
      ModelOptions options,
      Ranks ranks) {
    this(
        architecture,
        vocabularySize,
        sequenceLengthTokens,
        Architecture.NO_TOKEN,
        options,
        ranks,
        Set.of());
  }

  /**
   * @param endOfTextId the token between documents
   * @param broken sites at which nothing is exchanged, for proofs
   */
  Gpt2Model(
      Gpt2 architecture,
      int vocabularySize,
      int sequenceLengthTokens,
      int endOfTextId,
      ModelOptions options,
      Ranks ranks,
      Set<Site> broken) {
    this.architecture = architecture;
    this.documentStart =
        architecture.attentionWithinDocuments() ? endOfTextId : Architecture.NO_TOKEN;
    this.ranks = ranks;
    this.vocabularySize = vocabularySize;
    this.sequenceLengthTokens = sequenceLengthTokens;
    this.options = options;
    ComputeDevice device = TorchRuntime.device(options.device());
    TorchRuntime.prepareThread(options.threads());
    this.scope = TensorScope.open(device);
    this.operators =
        ScriptModule.load(
            Gpt2Model.class,
            "parameters.py",
            Map.of("compute", options.precision().computeCode()),
            device);
    List<ParameterSpec> specs = architecture.parameters(vocabularySize, sequenceLengthTokens);
    GradientBuckets buckets = GradientBuckets.of(specs, architecture.layers());
    this.memory = new ParameterMemory(scope, options.precision(), operators, specs, buckets, ranks);
    this.script = ScriptModule.load(Gpt2Model.class, "gpt2.py", attributes(), device);
    this.parallel = new TensorParallel(ranks, options.precision(), broken);
    this.noBias = memory.zerosLike(Gpt2.FINAL_NORM + ".bias");
    this.dropout = new Dropout(architecture);
    this.adamW = new AdamW(operators, memory, parallel, ranks);
    this.exchange = new GradientExchange(ranks, parallel, memory, options.precision(), buckets);
    this.head = new TiedHead(script, memory, parallel);
  }

  private Map<String, Integer> attributes() {
    Precision precision = options.precision();
    int tensorRanks = ranks.tensor().size();
    ParameterSlice tokens = memory.slice(Gpt2.TOKENS);
    return Map.of(
        "stored", precision.storageCode(),
        "compute", precision.computeCode(),
        "heads", architecture.heads() / tensorRanks,
        "chunk_rows", TiedHead.chunkRows(vocabularySize),
        "rank", ranks.tensor().rank(),
        "ranks", tensorRanks,
        "sequence_ranks", ranks.sequenceParallel() ? tensorRanks : 1,
        "first_token", Math.toIntExact(tokens.firstRow()),
        "valid_tokens", Math.toIntExact(tokens.rows()),
        "document_start", documentStart);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return memory.specs();
  }

  @Override
  public Precision precision() {
    return options.precision();
  }

  @Override
  public void initialize(long seed) {
    TorchRuntime.prepareThread(options.threads());
    memory.initialize(seed);
    Stream.of(GRADIENT, FIRST_MOMENT, SECOND_MOMENT).forEach(memory::zero);
  }

  @Override
  public ByteBuffer get(ParameterState state, String parameter) {
    TorchRuntime.prepareThread(options.threads());
    return memory.bytes(state, parameter);
  }

  @Override
  public ByteBuffer slice(ParameterState state, String parameter) {
    TorchRuntime.prepareThread(options.threads());
    return memory.slice(state, parameter);
  }

  @Override
  public void set(ParameterState state, String parameter, ByteBuffer values) {
    TorchRuntime.prepareThread(options.threads());
    memory.set(state, parameter, values);
  }

  @Override
  public void load(ParameterState state, String parameter, ParameterSource whole) {
    TorchRuntime.prepareThread(options.threads());
    memory.load(state, parameter, whole);
  }

  @Override
  public double addGradients(TokenBatch microBatch, double scale) {
    return addGradients(microBatch, scale, false);
  }

  @Override
  public double addLastGradients(TokenBatch microBatch, double scale) {
    return addGradients(microBatch, scale, true);
  }

  private double addGradients(TokenBatch microBatch, double scale, boolean last) {
    requireTokens(microBatch);
    exchange.reopen();
    try (TensorScope step = begin()) {
      Tensor ids = buffers.inputs(step, microBatch);
      SegmentTape tape = tape(step, ids, options.recompute() ? Memory.INPUTS : Memory.ACTIVATIONS);
      Draws draws = dropout.of(step, microBatch);
      Flow top = forward(step, tape, ids, draws, true);
      Tensor loss = step.zeros(Precision.FLOAT64);
      Tensor d = head.forwardAndBackward(step, top, buffers.targets(step, microBatch), scale, loss);
      for (int layer = architecture.layers() - 1; layer >= 0; layer--) {
        tape.backward(d);
        tape.backward(d);
        if (last) {
          exchange.passed(layer);
        }
      }
      embedBackward(step, d, ids, draws);
      return loss.item();
    }
  }

  @Override
  public void completeGradients() {
    exchange.finish();
  }

  @Override
  public double update(AdamWStep step) {
    try (TensorScope updating = begin()) {
      completeGradients();
      return adamW.update(updating, step);
    }
  }

  @Override
  public float[] logProbabilities(TokenBatch batch) {
    requireTokens(batch);
    try (TensorScope step = begin()) {
      Flow top = forwardOnly(step, batch);
      return head.logProbabilities(step, top, buffers.targets(step, batch));
    }
  }

  @Override
  public float[] nextTokenLogits(long[] context) {
    long[] masked = new long[context.length];
    Arrays.fill(masked, TokenBatch.MASKED);
    TokenBatch batch = new TokenBatch(1, context.length, context, masked);
    requireTokens(batch);
    try (TensorScope step = begin()) {
      return wholeVocabulary(head.lastLogits(step, forwardOnly(step, batch)));
    }
  }

  @Override
  public Decoder decoder() {
    if (ranks.worldSize() > 1) {
      throw new IllegalStateException(
          "%d ranks can't go on with a text, one can".formatted(ranks.worldSize()));
    }
    return new Gpt2Decoder(
        script,
        memory,
        head,
        begin(),
        architecture.layers(),
        vocabularySize,
        sequenceLengthTokens,
        documentStart,
        options.threads());
  }

  /** The logits of all ranks' slices, without padding. */
  private float[] wholeVocabulary(float[] own) {
    return Arrays.copyOf(Collectives.gather(ranks.tensor(), own), vocabularySize);
  }

  /** What owns the parameters, and what each call's tensors are children of. */
  TensorScope scope() {
    return scope;
  }

  /** Bytes that one kind of numbers takes on this rank. */
  long bytes(ParameterState state) {
    return memory.bytes(state);
  }

  /** Tensors that outlive a call. */
  int liveTensors() {
    return scope.liveTensors();
  }

  private TensorScope begin() {
    TorchRuntime.prepareThread(options.threads());
    memory.refreshComputeWeights();
    return scope.child();
  }

  private SegmentTape tape(TensorScope step, Tensor ids, Memory remembered) {
    return new SegmentTape(script, step, parallel, ids, remembered);
  }

  private Flow forwardOnly(TensorScope step, TokenBatch batch) {
    Tensor ids = buffers.inputs(step, batch);
    return forward(step, tape(step, ids, Memory.NOTHING), ids, Draws.NONE, false);
  }

  private Flow forward(
      TensorScope step, SegmentTape tape, Tensor ids, Draws draws, boolean training) {
    Flow flow = embed(step, ids, draws);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      for (BlockSegment segment : segments(layer, draws, training)) {
        flow = tape.forward(segment, flow);
      }
    }
    return flow;
  }

  private Flow embed(TensorScope step, Tensor ids, Draws draws) {
    List<Tensor> results =
        script.call(
            step,
            "embed",
            List.of(ids, memory.get(WEIGHTS, Gpt2.TOKENS), memory.get(WEIGHTS, Gpt2.POSITIONS)));
    Tensor stream = results.get(0);
    Tensor partial = parallel.sum(Site.EMBEDDING_OUTPUT, step, results.get(1));
    if (!draws.embedding().isEmpty()) {
      script.call(step, "drop_embedding", joined(List.of(stream, partial, ids), draws.embedding()));
    }
    return new Flow(stream, partial);
  }

  private void embedBackward(TensorScope step, Tensor d, Tensor ids, Draws draws) {
    if (!draws.embedding().isEmpty()) {
      script.call(step, "drop", joined(List.of(d, ids), draws.embedding()));
    }
    script.call(
        step,
        "embed_backward",
        List.of(
            parallel.gather(step, d),
            ids,
            memory.get(GRADIENT, Gpt2.TOKENS),
            memory.get(GRADIENT, Gpt2.POSITIONS)));
  }

  private static List<Tensor> joined(List<Tensor> first, List<Tensor> second) {
    return Stream.of(first, second).flatMap(List::stream).toList();
  }

  private List<BlockSegment> segments(int layer, Draws draws, boolean training) {
    String block = Gpt2.block(layer);
    return List.of(
        new BlockSegment(
            "attention",
            Site.ATTENTION_OUTPUT,
            Site.ATTENTION_INPUT_GRADIENT,
            norm(block + ".ln_1"),
            training ? gradients(block + ".ln_1") : List.of(),
            weights(block + ".attn.c_attn", block + ".attn.c_proj"),
            training ? gradients(block + ".attn.c_attn", block + ".attn.c_proj") : List.of(),
            draws.attentionProbabilities(layer),
            draws.attentionOutput(layer)),
        new BlockSegment(
            "mlp",
            Site.MLP_OUTPUT,
            Site.MLP_INPUT_GRADIENT,
            norm(block + ".ln_2"),
            training ? gradients(block + ".ln_2") : List.of(),
            weights(block + ".mlp.c_fc", block + ".mlp.c_proj"),
            training ? gradients(block + ".mlp.c_fc", block + ".mlp.c_proj") : List.of(),
            List.of(),
            draws.mlpOutput(layer)));
  }

  private List<Tensor> norm(String norm) {
    return List.of(memory.get(WEIGHTS, norm + ".weight"), memory.get(WEIGHTS, norm + ".bias"));
  }

  /**
   * Weights and biases of a sublayer's two products. What ranks sum takes its bias on one of them.
   */
  private List<Tensor> weights(String in, String out) {
    Tensor bias = parallel.rank() == 0 ? memory.compute(out + ".bias") : noBias;
    return List.of(
        memory.compute(in + ".weight"),
        memory.compute(in + ".bias"),
        memory.compute(out + ".weight"),
        bias);
  }

  private List<Tensor> gradients(String... layers) {
    return Stream.of(layers)
        .flatMap(layer -> Stream.of(layer + ".weight", layer + ".bias"))
        .map(name -> memory.get(GRADIENT, name))
        .toList();
  }

  private void requireTokens(TokenBatch batch) {
    if (batch.lengthTokens() > sequenceLengthTokens) {
      throw new IllegalArgumentException(
          "%d tokens in a sequence, but this model reads at most %d"
              .formatted(batch.lengthTokens(), sequenceLengthTokens));
    }
    requireDivisible(batch);
    for (int i = 0; i < batch.tokens(); i++) {
      requireToken(batch.inputs()[i]);
      if (batch.targets()[i] != TokenBatch.MASKED) {
        requireToken(batch.targets()[i]);
      }
    }
  }

  private void requireDivisible(TokenBatch batch) {
    if (batch.tokens() % parallel.sequenceRanks() != 0) {
      throw new IllegalArgumentException(
          "%d tokens of a micro-batch can't be divided by %d sequence-parallel ranks"
              .formatted(batch.tokens(), parallel.sequenceRanks()));
    }
  }

  private void requireToken(long id) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "Token %d, but this model's vocabulary has %d".formatted(id, vocabularySize));
    }
  }

  @Override
  public void close() {
    exchange.close();
    script.close();
    operators.close();
    scope.close();
  }
}
