package io.espalier.train;

import io.espalier.comm.Communicator;
import io.espalier.model.LanguageModel;
import io.espalier.model.ParameterSpec;
import io.espalier.model.ParameterState;
import io.espalier.model.Ranks;
import io.espalier.model.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Whether what must be the same on several ranks is: parameters that tensor-parallel ranks all
 * hold, everything between data-parallel ranks, and the place in the order of samples. Ranks that
 * drift apart unseen spoil a model without a sign in its loss (BLOOM's LayerNorms did, Le Scao et
 * al. 2022). All ranks call it at the same time.
 */
final class ConsistencyCheck {
  private ConsistencyCheck() {}

  private record Hashed(String what, long hash) {}

  /**
   * Compares.
   *
   * @param step updates made
   * @param nextSample number of the next sample
   * @throws RanksDisagreeException on every rank, if a rank differs from rank 0 of its group
   */
  static void check(LanguageModel model, Ranks ranks, long step, long nextSample) {
    if (ranks.tensor().size() > 1) {
      compare(ranks.tensor(), "tensor", hashes(model, true, nextSample), step);
    }
    if (ranks.data().size() > 1) {
      compare(ranks.data(), "data", hashes(model, false, nextSample), step);
    }
  }

  private static List<Hashed> hashes(LanguageModel model, boolean wholeOnly, long nextSample) {
    List<Hashed> all = new ArrayList<>();
    all.add(new Hashed("the next sample", nextSample));
    for (ParameterSpec parameter : model.parameters()) {
      if (!wholeOnly || parameter.split() == Split.WHOLE) {
        CRC32C hash = new CRC32C();
        hash.update(model.slice(ParameterState.WEIGHTS, parameter.name()));
        all.add(new Hashed("parameter " + parameter.name(), hash.getValue()));
      }
    }
    return all;
  }

  private static void compare(Communicator group, String kind, List<Hashed> own, long step) {
    long[] mine = own.stream().mapToLong(Hashed::hash).toArray();
    long[] all = Ranks.gather(group, mine);
    for (int i = 0; i < all.length; i++) {
      int rank = i / mine.length;
      int entry = i % mine.length;
      if (all[i] != all[entry]) {
        throw new RanksDisagreeException(
            "After update %d %s of %s-parallel rank %d is not that of rank 0, but must be the same"
                    .formatted(step, own.get(entry).what(), kind, rank)
                + " bits; the last checkpoint before it is good as far as earlier checks went");
      }
    }
  }
}
