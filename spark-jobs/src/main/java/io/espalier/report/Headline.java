package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The answer in one sentence and a few figures.
 *
 * @param sentence what was found
 * @param tiles the mean perplexity of each kind of model
 */
public record Headline(String sentence, List<Tile> tiles) {

  /**
   * One figure to remember.
   *
   * @param label the kind of model
   * @param value its mean perplexity over the training domains
   * @param note how that relates to the reference, or which one of several it is
   * @param emphasised whether it is the lowest
   */
  public record Tile(String label, String value, String note, boolean emphasised) {}

  static Headline of(Figures figures, Significance significance) {
    String domain = domain(figures);
    List<ModelName> candidates = new ArrayList<>();
    ofFamily(figures, ModelName.DENSE, domain).ifPresent(candidates::add);
    ofFamily(figures, ModelName.SEED, domain).ifPresent(candidates::add);
    if (measured(figures, Figures.OWN_EXPERT, domain)) {
      candidates.add(new ModelName(Figures.OWN_EXPERT));
    }
    ofFamily(figures, ModelName.MERGED, domain).ifPresent(candidates::add);
    ofFamily(figures, ModelName.ENSEMBLE, domain).ifPresent(candidates::add);
    return new Headline(
        sentence(figures, significance, domain, candidates),
        tiles(figures, significance, domain, candidates));
  }

  private static String domain(Figures figures) {
    List<String> domains = figures.trainingDomains();
    return domains.size() == 1 ? domains.get(0) : Result.MEAN_TRAINING;
  }

  private static boolean measured(Figures figures, String model, String domain) {
    return !Double.isNaN(figures.perplexity(model, domain));
  }

  private static Optional<ModelName> ofFamily(Figures figures, String family, String domain) {
    return figures.models(family).stream()
        .filter(model -> measured(figures, model.full(), domain))
        .min(Comparator.comparingDouble(model -> figures.perplexity(model.full(), domain)));
  }

  private static List<Tile> tiles(
      Figures figures, Significance significance, String domain, List<ModelName> models) {
    double lowest =
        models.stream()
            .mapToDouble(model -> figures.perplexity(model.full(), domain))
            .min()
            .orElse(Double.NaN);
    return models.stream()
        .map(model -> tile(figures, significance, domain, model, lowest))
        .toList();
  }

  private static Tile tile(
      Figures figures, Significance significance, String domain, ModelName model, double lowest) {
    double value = figures.perplexity(model.full(), domain);
    double reference = figures.perplexity(figures.reference().full(), domain);
    boolean isReference = model.equals(figures.reference());
    String note =
        isReference
            ? "the reference"
            : Numbers.beside(value, reference)
                + " "
                + figures.reference().label()
                + significance.words(model.full(), figures.reference().full(), domain);
    return new Tile(label(model), Numbers.perplexity(value), note, value == lowest);
  }

  private static String label(ModelName model) {
    return switch (model.family()) {
      case ModelName.MERGED -> "average: " + model.label();
      case ModelName.ENSEMBLE -> "ensemble: " + model.label();
      default -> model.label();
    };
  }

  private static String sentence(
      Figures figures, Significance significance, String domain, List<ModelName> candidates) {
    List<ModelName> made =
        candidates.stream()
            .filter(m -> m.isFamily(ModelName.ENSEMBLE) || m.isFamily(ModelName.MERGED))
            .sorted(Comparator.comparingDouble(m -> figures.perplexity(m.full(), domain)))
            .toList();
    if (made.isEmpty()) {
      return "The run holds figures of %s on %s."
          .formatted(
              Phrases.counted(figures.models().size(), "model"),
              Phrases.counted(
                  figures.trainingDomains().size() + figures.evaluationDomains().size(), "domain"));
    }
    double reference = figures.perplexity(figures.reference().full(), domain);
    List<String> parts =
        made.stream()
            .map(
                m ->
                    "%s %s (%s%s)"
                        .formatted(
                            m.phrase(),
                            Numbers.perplexity(figures.perplexity(m.full(), domain)),
                            Numbers.beside(figures.perplexity(m.full(), domain), reference),
                            significance.words(m.full(), figures.reference().full(), domain)))
            .toList();
    return "On %s %s has a perplexity of %s, %s."
        .formatted(
            domain.equals(Result.MEAN_TRAINING)
                ? "the mean of %d training domains".formatted(figures.trainingDomains().size())
                : "the domain " + domain,
            figures.reference().phrase(),
            Numbers.perplexity(reference),
            Phrases.enumeration(parts));
  }
}
