package io.espalier.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.FileEntry;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Refuses experts that aren't the same kind of model: their average would be noise. */
final class ExpertAgreement {
  /** Keys of config.json that say nothing about the weights. */
  private static final Set<String> REMARKS =
      Set.of("_name_or_path", "transformers_version", "use_cache");

  private ExpertAgreement() {}

  /** Compares the configurations and tokenizers with the first expert's. */
  static void checkFiles(List<WeightedExpert> experts) {
    WeightedExpert first = experts.get(0);
    for (WeightedExpert other : experts.subList(1, experts.size())) {
      checkConfig(first, other);
      checkTokenizer(first, other);
    }
  }

  private static void checkConfig(WeightedExpert first, WeightedExpert other) {
    if (!same(first, other, CheckpointFiles.CONFIG)) {
      JsonNode wanted = config(first);
      JsonNode found = config(other);
      Set<String> keys = new TreeSet<>();
      wanted.fieldNames().forEachRemaining(keys::add);
      found.fieldNames().forEachRemaining(keys::add);
      keys.removeAll(REMARKS);
      for (String key : keys) {
        if (!wanted.path(key).equals(found.path(key))) {
          throw new ConfigException(
              "%s of %s is %s but %s in %s; only experts of one seed model can be merged"
                  .formatted(
                      key,
                      first.described(),
                      text(wanted.path(key)),
                      text(found.path(key)),
                      other.described()));
        }
      }
    }
  }

  private static void checkTokenizer(WeightedExpert first, WeightedExpert other) {
    if (!same(first, other, CheckpointFiles.TOKENIZER)) {
      throw new ConfigException(
          "tokenizer.json of %s isn't that of %s; only experts with one tokenizer can be merged"
              .formatted(first.described(), other.described()));
    }
  }

  /** Compares the tensors with the first expert's. */
  static void checkTensors(List<WeightedExpert> experts, List<SafetensorsReader> readers) {
    for (StoredTensor stored : readers.get(0).tensors()) {
      TensorSpec wanted = stored.spec();
      if (!FloatCodec.TYPES.contains(wanted.type())) {
        throw new ConfigException(
            "%s of %s has type %s, but only %s can be merged"
                .formatted(
                    wanted.name(),
                    experts.get(0).described(),
                    wanted.type().code(),
                    "F16, BF16, F32 and F64"));
      }
    }
    for (int other = 1; other < readers.size(); other++) {
      checkTensors(experts.get(0), readers.get(0), experts.get(other), readers.get(other));
      checkNoMore(experts.get(other), readers.get(other), experts.get(0), readers.get(0));
    }
  }

  private static void checkTensors(
      WeightedExpert first,
      SafetensorsReader wanted,
      WeightedExpert other,
      SafetensorsReader found) {
    checkNoMore(first, wanted, other, found);
    for (StoredTensor stored : wanted.tensors()) {
      TensorSpec spec = stored.spec();
      TensorSpec there = found.spec(spec.name());
      if (!spec.equals(there)) {
        throw new ConfigException(
            "%s has type %s and shape %s in %s but %s and %s in %s"
                .formatted(
                    spec.name(),
                    spec.type().code(),
                    spec.shape(),
                    first.described(),
                    there.type().code(),
                    there.shape(),
                    other.described()));
      }
    }
  }

  private static void checkNoMore(
      WeightedExpert one,
      SafetensorsReader tensors,
      WeightedExpert other,
      SafetensorsReader others) {
    for (StoredTensor stored : tensors.tensors()) {
      if (!others.has(stored.spec().name())) {
        throw new ConfigException(
            "%s has tensor %s but %s has not"
                .formatted(one.described(), stored.spec().name(), other.described()));
      }
    }
  }

  private static boolean same(WeightedExpert first, WeightedExpert other, String fileName) {
    return Objects.equals(sha256(first, fileName), sha256(other, fileName));
  }

  private static String sha256(WeightedExpert expert, String fileName) {
    FileEntry entry = expert.checkpoint().manifest().files().get(fileName);
    return entry == null ? "" : entry.sha256();
  }

  private static JsonNode config(WeightedExpert expert) {
    return expert.checkpoint().json(CheckpointFiles.CONFIG);
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "not given" : value.toString();
  }
}
