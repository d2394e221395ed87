package io.espalier.prep;

import io.espalier.config.ConfigException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which domains have more than their limits allow, and how much they may keep. */
final class LimitPlan {
  private LimitPlan() {}

  /**
   * How much a domain has or may have.
   *
   * @param bytes of text in UTF-8
   */
  record Size(long documents, long bytes) {}

  /**
   * The domains that are cut.
   *
   * @param sizes of all training domains
   * @return by domain; without those that may keep all they have
   * @throws ConfigException if a share can't be kept with so few domains, or a limit's domain
   *     doesn't exist
   */
  static SortedMap<String, Size> of(DomainSettings.Limits limits, SortedMap<String, Size> sizes) {
    for (String domain : limits.maximumBytesOf().keySet()) {
      if (!sizes.containsKey(domain)) {
        throw new ConfigException(
            "data.domains.limits.maximum_bytes_of names %s but the training domains are %s"
                .formatted(domain, String.join(", ", sizes.keySet())));
      }
    }
    SortedMap<String, Size> most = new TreeMap<>();
    sizes.forEach((domain, size) -> most.put(domain, own(limits, domain, size)));
    long byShare = byShare(limits.maximumShare(), most);
    most.replaceAll((domain, size) -> new Size(size.documents(), Math.min(size.bytes(), byShare)));
    most.entrySet().removeIf(e -> e.getValue().equals(sizes.get(e.getKey())));
    return most;
  }

  private static Size own(DomainSettings.Limits limits, String domain, Size size) {
    long ofAll = limits.maximumBytes() > 0 ? limits.maximumBytes() : Long.MAX_VALUE;
    long bytes = limits.maximumBytesOf().getOrDefault(domain, ofAll);
    long documents = limits.maximumDocuments() > 0 ? limits.maximumDocuments() : Long.MAX_VALUE;
    return new Size(Math.min(size.documents(), documents), Math.min(size.bytes(), bytes));
  }

  /**
   * The bytes c that a domain may have so that none exceeds its share of what is left: where the n
   * largest are cut to c, c = share × (n·c + the others), so c = share × others / (1 − n·share).
   * Cutting one makes the others' shares larger, hence the search for n.
   */
  private static long byShare(double share, Map<String, Size> sizes) {
    long[] descending =
        sizes.values().stream().mapToLong(size -> -size.bytes()).sorted().map(b -> -b).toArray();
    if (share >= 1 || descending.length == 0) {
      return Long.MAX_VALUE;
    }
    if (share * descending.length < 1) {
      throw new ConfigException(
          "data.domains.limits.maximum_share is %s but there are %d training domains, one of which always has a share of %.3f or more; %.3f would work"
              .formatted(
                  share,
                  descending.length,
                  1.0 / descending.length,
                  Math.ceil(1000.0 / descending.length) / 1000));
    }
    long others = 0;
    for (long bytes : descending) {
      others += bytes;
    }
    long most = Long.MAX_VALUE;
    for (int cut = 0; cut < descending.length && cut * share < 1; cut++) {
      double limit = share * others / (1 - cut * share);
      if (descending[cut] <= limit) {
        return cut == 0 ? most : (long) limit;
      }
      others -= descending[cut];
    }
    // Only equal shares are left, within rounding: all are cut to the smallest.
    return descending[descending.length - 1];
  }
}
