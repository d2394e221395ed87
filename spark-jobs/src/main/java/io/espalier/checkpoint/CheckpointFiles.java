package io.espalier.checkpoint;

/** The names of a checkpoint's files. */
public final class CheckpointFiles {
  /** The weights, under the names and in the layout of Hugging Face transformers. */
  public static final String MODEL = "model.safetensors";

  /** The optimizer's {@code first_moment.<parameter>} and {@code second_moment.<parameter>}. */
  public static final String OPTIMIZER = "optimizer.safetensors";

  /** Where training stood: step, tokens, sample cursor, generator state. */
  public static final String STATE = "state.json";

  /** The figures of every step so far. */
  public static final String METRICS = "metrics.json";

  /** The architecture, as transformers reads it. */
  public static final String CONFIG = "config.json";

  /** How transformers generates text by default. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The tokenizer, as Hugging Face tokenizers reads it. */
  public static final String TOKENIZER = "tokenizer.json";

  /** What transformers needs to know beside the tokenizer. */
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** What a person reads about it: the model card of Hugging Face. */
  public static final String CARD = "README.md";

  /** Written last: a folder without it is no checkpoint. */
  public static final String MANIFEST = ManifestFile.NAME;

  private CheckpointFiles() {}
}
