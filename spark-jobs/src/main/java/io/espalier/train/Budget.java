package io.espalier.train;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.io.Serializable;
import java.util.List;

/**
 * How the experts' updates are divided among them. However that is done, all of them together make
 * as many as they would with equal parts, so that the forest costs what the dense model costs.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Budget extends Serializable
    permits EqualBudget, ProportionalBudget, GivenBudget, MarginalBudget {

  /**
   * Updates of each expert, at least one; experts · {@code each} in sum. Where that is decided only
   * while they are trained: equal parts, to plan with until then.
   *
   * @param experts their domains
   * @param each updates of an expert if all make the same number
   * @throws io.espalier.config.ConfigException if they can't be divided so
   */
  List<Long> updates(List<DomainSequences> experts, long each);

  /**
   * Refuses what can be known to be refused before any text is read.
   *
   * @param domains of the experts
   * @param each updates of an expert if all make the same number
   */
  default void check(List<String> domains, long each) {}

  /**
   * What is worth saying about it before a run, as a sentence; nothing where every expert makes the
   * same number.
   *
   * @param experts how many there will be; 0 = only the text can tell
   * @param each updates of an expert if all make the same number
   */
  String described(int experts, long each);

  /** What the configuration calls it. */
  default String name() {
    return getClass().getAnnotation(JsonTypeName.class).value();
  }

  /** So many updates, or so many for each expert where only the text tells how many there are. */
  static String total(int experts, long each) {
    return experts > 0
        ? "%,d updates".formatted(Math.multiplyExact(experts, each))
        : "%,d updates per expert".formatted(each);
  }
}
