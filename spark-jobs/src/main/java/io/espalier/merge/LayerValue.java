package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.config.ConfigException;
import io.espalier.config.FreeForm;
import io.espalier.config.Rule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A number that may differ from layer to layer and from tensor to tensor, written as mergekit
 * writes it: {@code 0.5} everywhere; {@code [0.2, 0.8]} a gradient from the first layer to the
 * last; {@code [{filter: mlp, value: 0.5}, {value: 1.0}]} by the first filter that is a part of the
 * tensor's name. Outside the layers (embeddings, last norm) a gradient has its first value.
 *
 * @param cases tried in this order
 */
public record LayerValue(List<Case> cases) implements FreeForm, Serializable {
  private static final long serialVersionUID = 1L;
  private static final Set<String> KEYS = Set.of("filter", "value");

  /**
   * What tensors get whose name contains the filter.
   *
   * @param filter empty for every tensor
   * @param gradient at least one number, the first layer's first
   */
  public record Case(String filter, List<Double> gradient) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Case {
      gradient = List.copyOf(gradient);
    }
  }

  public LayerValue {
    cases = List.copyOf(cases);
  }

  /** The same number everywhere. */
  public static LayerValue of(double value) {
    return new LayerValue(List.of(new Case("", List.of(value))));
  }

  /** Reads what YAML says; messages begin behind the setting's name. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LayerValue of(JsonNode yaml) {
    if (!yaml.isArray() || yaml.isEmpty() || !yaml.get(0).isObject()) {
      return new LayerValue(List.of(new Case("", gradient(yaml))));
    }
    return new LayerValue(
        StreamSupport.stream(yaml.spliterator(), false).map(LayerValue::oneCase).toList());
  }

  private static Case oneCase(JsonNode yaml) {
    List<String> keys = new ArrayList<>();
    yaml.fieldNames().forEachRemaining(keys::add);
    if (!yaml.has("value") || !KEYS.containsAll(keys)) {
      throw new ConfigException(
          "value is missing or has other company than filter in %s; {filter: mlp, value: 0.5} would work"
              .formatted(yaml));
    }
    String filter = yaml.path("filter").asText("");
    return new Case(filter.equals("*") ? "" : filter, gradient(yaml.get("value")));
  }

  private static List<Double> gradient(JsonNode yaml) {
    List<JsonNode> nodes =
        yaml.isArray() ? StreamSupport.stream(yaml.spliterator(), false).toList() : List.of(yaml);
    if (nodes.isEmpty() || !nodes.stream().allMatch(JsonNode::isNumber)) {
      throw new ConfigException(
          "value is %s but must be a number, a list of numbers or a list of filters with values; 0.5 would work"
              .formatted(yaml));
    }
    return nodes.stream().map(JsonNode::asDouble).toList();
  }

  /** Requires of every number {@code 0 < number ≤ 1}. */
  void checkShare(String key) {
    for (double value : numbers()) {
      if (!(value > 0 && value <= 1)) {
        throw new ConfigException(
            "%s is %s but must be above 0 and at most 1; 0.2 would work".formatted(key, value));
      }
    }
  }

  /** Requires of every number that it lies between two others. */
  void checkBetween(String key, double first, double last) {
    numbers().forEach(value -> Rule.between(key, value, first, last));
  }

  private List<Double> numbers() {
    return cases.stream().flatMap(each -> each.gradient().stream()).toList();
  }

  /**
   * Refuses filters that are part of no tensor's name, and tensors that no case is for.
   *
   * @param key what messages call this setting
   */
  void checkFits(String key, List<String> tensors) {
    for (Case each : cases) {
      if (tensors.stream().noneMatch(tensor -> tensor.contains(each.filter()))) {
        throw new ConfigException(
            "%s has the filter %s, but no tensor has that in its name; they are called %s and the like"
                .formatted(key, each.filter(), tensors.isEmpty() ? "" : tensors.get(0)));
      }
    }
    for (String tensor : tensors) {
      if (cases.stream().noneMatch(each -> tensor.contains(each.filter()))) {
        throw new ConfigException(
            "%s has no value for the tensor %s; {value: 1.0} as its last member would be for all others"
                .formatted(key, tensor));
      }
    }
  }

  /**
   * The number for one tensor.
   *
   * @param depth 0 in the first layer and outside the layers, 1 in the last
   */
  double at(String tensor, double depth) {
    Case found =
        cases.stream().filter(each -> tensor.contains(each.filter())).findFirst().orElseThrow();
    List<Double> gradient = found.gradient();
    double place = depth * (gradient.size() - 1);
    int before = (int) place;
    int after = Math.min(gradient.size() - 1, before + 1);
    double share = place - before;
    return (1 - share) * gradient.get(before) + share * gradient.get(after);
  }

  /** As short as YAML would have it. */
  @Override
  public String toString() {
    return cases.stream()
        .map(each -> (each.filter().isEmpty() ? "" : each.filter() + ": ") + text(each.gradient()))
        .collect(Collectors.joining(", "));
  }

  private static String text(List<Double> gradient) {
    return gradient.size() == 1 ? gradient.get(0).toString() : gradient.toString();
  }
}
