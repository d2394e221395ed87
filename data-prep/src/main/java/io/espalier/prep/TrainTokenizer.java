package io.espalier.prep;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.text.BpeModel;
import io.espalier.text.BpeTrainer;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import io.espalier.text.TokenizerSettings;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The training split of {@code documents} → the run's tokenizer: pre-tokens are counted by Spark,
 * merges are learnt on the driver. A given tokenizer is checked and copied instead.
 *
 * <p>Once trained, it stays when files come and go: with another one, every window of every domain
 * would be another. Other settings, of the data or the tokenizer, train it anew.
 */
public final class TrainTokenizer {
  static final String STAGE = "tokenizer";

  /** Raised whenever the same documents and settings give another tokenizer than before. */
  private static final int FORMAT_VERSION = 1;

  private TrainTokenizer() {}

  /**
   * Makes the tokenizer, unless it was made from the same documents and settings already.
   *
   * @param sequenceLengthTokens the longest sequence a model will read with it
   * @throws ConfigException if a given tokenizer can't be used
   */
  public static TokenizerFile run(
      SparkSession spark,
      TokenizerSettings settings,
      int sequenceLengthTokens,
      RunPaths paths,
      PreparedDocuments documents,
      PreparationListener listener) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Optional<TokenizerFile> given = given(configuration, settings);
    String fingerprint = fingerprint(settings, given, sequenceLengthTokens, documents);
    TokenizerFolder folder = new TokenizerFolder(configuration, paths.tokenizer());
    Optional<TokenizerFile> complete = folder.completedWith(fingerprint);
    if (complete.isPresent()) {
      listener.stageSkipped(STAGE, "tokenizer.json is ready");
      return complete.get();
    }
    String recipe = given.isPresent() ? "" : recipe(settings, sequenceLengthTokens, documents);
    Optional<TokenizerFolder.Found> kept =
        folder.found().filter(f -> !recipe.isEmpty() && f.provenance().recipe().equals(recipe));
    if (kept.isPresent()) {
      listener.stageSkipped(
          STAGE,
          "tokenizer.json stays as it was trained on version %d of the documents; without the folder %s it would be trained anew"
              .formatted(kept.get().provenance().documentsVersion(), paths.tokenizer()));
      return kept.get().file();
    }
    listener.stageStarted(
        STAGE,
        given.isPresent()
            ? settings.path()
            : "byte-level BPE, vocabulary of %,d".formatted(settings.vocabularySize()));
    TokenizerFile file =
        given.orElseGet(
            () -> train(spark, settings, sequenceLengthTokens, paths, documents, listener));
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      folder.write(
          file, fingerprint, given.isPresent() ? -1 : documents.documentsVersion(), recipe);
      listener.stageFinished(STAGE, "vocabulary of %,d".formatted(tokenizer.vocabularySize()));
    }
    return file;
  }

  /**
   * The tokenizer that the settings name, checked; nothing if one is to be trained. Reads only:
   * good for refusing a wrong path before anything is written.
   */
  public static Optional<TokenizerFile> given(
      Configuration configuration, TokenizerSettings settings) {
    if (settings.trained()) {
      return Optional.empty();
    }
    try {
      Path path = new Path(settings.path());
      boolean isFile = path.getName().endsWith(".json");
      Path folder = isFile ? path.getParent() : path;
      String name = isFile ? path.getName() : TokenizerFile.NAME;
      TokenizerFolder files = new TokenizerFolder(configuration, folder.toString());
      String json =
          files
              .read(name)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "path is %s but there is no file %s; a tokenizer.json as Hugging Face libraries write it would work"
                              .formatted(settings.path(), new Path(folder, name))));
      String config = files.read(TokenizerFile.CONFIG_NAME).orElse("");
      return Optional.of(TokenizerFile.given(settings.path(), json, config));
    } catch (ConfigException e) {
      throw new ConfigException("tokenizer." + e.getMessage(), e);
    } catch (java.io.UncheckedIOException | IllegalArgumentException e) {
      throw new ConfigException(
          "tokenizer.path is %s but it can't be read: %s"
              .formatted(settings.path(), e.getMessage()),
          e);
    }
  }

  private static TokenizerFile train(
      SparkSession spark,
      TokenizerSettings settings,
      int sequenceLengthTokens,
      RunPaths paths,
      PreparedDocuments documents,
      PreparationListener listener) {
    Dataset<Row> texts =
        Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"))
            .read(documents.documentsVersion())
            .where(
                col("role").equalTo(Role.TRAINING.toString()).and(col("split").equalTo("train")));
    if (settings.sampleBytes() > 0) {
      TokenizerSample sample = TokenizerSample.of(settings, documents);
      listener.message(sample.described());
      texts = texts.where(sample.contains());
    }
    BpeModel model =
        BpeTrainer.train(PreTokenCounts.of(texts.select("text")), settings.vocabularySize());
    return TokenizerFile.of(model, sequenceLengthTokens);
  }

  /** Empty where nothing is known of how the documents were made. */
  private static String recipe(
      TokenizerSettings settings, int sequenceLengthTokens, PreparedDocuments documents) {
    return documents.recipe().isEmpty()
        ? ""
        : Fingerprint.of(
            STAGE,
            FORMAT_VERSION,
            Map.of(
                "settings",
                settings,
                "sequence_length_tokens",
                sequenceLengthTokens,
                "documents",
                documents.recipe()));
  }

  private static String fingerprint(
      TokenizerSettings settings,
      Optional<TokenizerFile> given,
      int sequenceLengthTokens,
      PreparedDocuments documents) {
    Map<String, Object> inputs = new TreeMap<>();
    if (given.isPresent()) {
      inputs.put("given", given.get());
    } else {
      inputs.put("documents", documents.fingerprint());
      inputs.put("vocabulary_size", settings.vocabularySize());
      inputs.put("sequence_length_tokens", sequenceLengthTokens);
      if (settings.sampleBytes() > 0) {
        inputs.put("sample", TokenizerSample.of(settings, documents));
      }
    }
    return Fingerprint.of(STAGE, FORMAT_VERSION, inputs);
  }
}
