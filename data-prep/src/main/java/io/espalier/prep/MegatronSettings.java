package io.espalier.prep;

import io.espalier.config.Rule;
import io.espalier.domain.DomainName;

/**
 * A corpus that is tokens already, as Megatron-LM's {@code preprocess_data.py} writes it.
 *
 * @param path of its two files without {@code .bin} and {@code .idx}: Megatron's {@code
 *     --data-path}
 * @param domain of all its documents
 * @param split of all its documents
 */
public record MegatronSettings(String path, String domain, MegatronSplit split) {

  public MegatronSettings {
    Rule.notBlank("path", path);
    DomainName.check("domain", domain);
  }
}
