package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.model.SegmentTape.Flow;
import io.espalier.model.SegmentTape.Memory;
import io.espalier.torch.ComputeDevice;
import io.espalier.torch.Precision;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import io.espalier.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@link Gpt2} as segments of {@code gpt2.py} over one set of flat buffers. */
final class Gpt2Model implements LanguageModel {
  private final Gpt2 architecture;
  private final int vocabularySize;
  private final int sequenceLengthTokens;
  private final ModelOptions options;
  private final TensorScope scope;
  private final ScriptModule operators;
  private final ScriptModule script;
  private final ParameterMemory memory;
  private final AdamW adamW;
  private final TiedHead head;
  private final TokenBuffers buffers = new TokenBuffers();

  Gpt2Model(Gpt2 architecture, int vocabularySize, int sequenceLengthTokens, ModelOptions options) {
    this.architecture = architecture;
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
    this.script = ScriptModule.load(Gpt2Model.class, "gpt2.py", attributes(), device);
    this.memory =
        new ParameterMemory(
            scope,
            options.precision(),
            operators,
            architecture.parameters(vocabularySize, sequenceLengthTokens));
    this.adamW = new AdamW(operators, memory);
    this.head = new TiedHead(script, memory);
  }

  private Map<String, Integer> attributes() {
    Precision precision = options.precision();
    return Map.of(
        "stored", precision.storageCode(),
        "compute", precision.computeCode(),
        "heads", architecture.heads(),
        "chunk_rows", TiedHead.chunkRows(vocabularySize));
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
  public void set(ParameterState state, String parameter, ByteBuffer values) {
    TorchRuntime.prepareThread(options.threads());
    memory.set(state, parameter, values);
  }

  @Override
  public double addGradients(TokenBatch microBatch, double scale) {
    requireTokens(microBatch);
    try (TensorScope step = begin()) {
      Tensor ids = buffers.inputs(step, microBatch);
      SegmentTape tape =
          new SegmentTape(script, step, options.recompute() ? Memory.INPUTS : Memory.ACTIVATIONS);
      Flow top = forward(step, tape, ids, true);
      Tensor loss = step.zeros(Precision.FLOAT64);
      Flow gradients =
          head.forwardAndBackward(step, top, buffers.targets(step, microBatch), scale, loss);
      embedBackward(step, tape.backward(gradients), ids);
      return loss.item();
    }
  }

  @Override
  public double update(AdamWStep step) {
    try (TensorScope updating = begin()) {
      return adamW.update(updating, step);
    }
  }

  @Override
  public float[] logProbabilities(TokenBatch batch) {
    requireTokens(batch);
    try (TensorScope step = begin()) {
      SegmentTape tape = new SegmentTape(script, step, Memory.NOTHING);
      Flow top = forward(step, tape, buffers.inputs(step, batch), false);
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
      SegmentTape tape = new SegmentTape(script, step, Memory.NOTHING);
      return head.lastLogits(step, forward(step, tape, buffers.inputs(step, batch), false));
    }
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

  private Flow forward(TensorScope step, SegmentTape tape, Tensor ids, boolean training) {
    Flow flow = embed(step, ids);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      for (BlockSegment segment : segments(Gpt2.block(layer), training)) {
        flow = tape.forward(segment, flow);
      }
    }
    return flow;
  }

  private Flow embed(TensorScope step, Tensor ids) {
    List<Tensor> results =
        script.call(
            step,
            "embed",
            List.of(ids, memory.get(WEIGHTS, Gpt2.TOKENS), memory.get(WEIGHTS, Gpt2.POSITIONS)));
    return new Flow(results.get(0), results.get(1));
  }

  private void embedBackward(TensorScope step, Flow gradients, Tensor ids) {
    script.call(
        step,
        "embed_backward",
        List.of(
            gradients.stream(),
            gradients.partial(),
            ids,
            memory.get(GRADIENT, Gpt2.TOKENS),
            memory.get(GRADIENT, Gpt2.POSITIONS)));
  }

  private List<BlockSegment> segments(String block, boolean training) {
    return List.of(
        segment(
            "attention", block + ".ln_1", block + ".attn.c_attn", block + ".attn.c_proj", training),
        segment("mlp", block + ".ln_2", block + ".mlp.c_fc", block + ".mlp.c_proj", training));
  }

  private BlockSegment segment(
      String function, String norm, String in, String out, boolean training) {
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    for (String layer : List.of(norm, in, out)) {
      for (String kind : List.of(".weight", ".bias")) {
        String name = layer + kind;
        weights.add(layer.equals(norm) ? memory.get(WEIGHTS, name) : memory.compute(name));
        if (training) {
          gradients.add(memory.get(GRADIENT, name));
        }
      }
    }
    return new BlockSegment(function, weights, gradients);
  }

  private void requireTokens(TokenBatch batch) {
    if (batch.lengthTokens() > sequenceLengthTokens) {
      throw new IllegalArgumentException(
          "%d tokens in a sequence, but this model reads at most %d"
              .formatted(batch.lengthTokens(), sequenceLengthTokens));
    }
    for (int i = 0; i < batch.tokens(); i++) {
      requireToken(batch.inputs()[i]);
      if (batch.targets()[i] != TokenBatch.MASKED) {
        requireToken(batch.targets()[i]);
      }
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
    script.close();
    operators.close();
    scope.close();
  }
}
