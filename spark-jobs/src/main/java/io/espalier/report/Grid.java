package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Perplexities, domains by models, each seen against the reference model on the same domain.
 *
 * @param columns the models
 * @param rows training domains and their mean, then evaluation domains and theirs
 * @param reference the model that the levels are relative to
 */
public record Grid(List<Column> columns, List<Row> rows, ModelName reference) {

  /**
   * One model on one domain.
   *
   * @param group the family, for a heading above several columns
   * @param label within the group
   * @param model its name in the results, or {@link Figures#OWN_EXPERT}
   */
  public record Column(String group, String label, String model) {
    /** The label in pieces between which a line may break. */
    public List<String> labelParts() {
      return List.of(label.split("(?<=[_/-])"));
    }
  }

  /** What a row is. */
  public enum Kind {
    TRAINING,
    EVALUATION,
    MEAN
  }

  /** One domain, or a mean over several. */
  public record Row(String domain, String label, Kind kind, List<Cell> cells) {}

  /**
   * One model on one domain.
   *
   * @param perplexity NaN where it wasn't measured
   * @param bitsPerByte NaN where it wasn't measured
   * @param level −5 (far better than the reference) to 5 (far worse), see {@link Level}
   * @param best whether no other cell of the row is lower
   * @param uncertain whether the difference from the reference may be chance
   * @param description the whole in words, for those who can't see colours
   */
  public record Cell(
      double perplexity,
      double bitsPerByte,
      int level,
      boolean best,
      boolean uncertain,
      String description) {
    public boolean isMeasured() {
      return !Double.isNaN(perplexity);
    }

    public String text() {
      return isMeasured() ? Numbers.perplexity(perplexity) : "–";
    }

    /** What is put behind the figure where the difference from the reference may be chance. */
    public String mark() {
      return uncertain ? Significance.MARK : "";
    }

    public String bitsText() {
      return Double.isNaN(bitsPerByte) ? "–" : Numbers.bits(bitsPerByte);
    }

    /** A CSS class: m5 … m1, z, p1 … p5. */
    public String style() {
      return !isMeasured()
          ? "absent"
          : level == 0 ? "z" : (level < 0 ? "m" : "p") + Math.abs(level);
    }
  }

  /** The few models that answer the question: dense, seed, own expert, averages, ensembles. */
  static Grid comparison(Figures figures, Significance significance) {
    List<Column> columns = new ArrayList<>();
    addSingles(figures, columns);
    if (!figures.models(ModelName.EXPERT).isEmpty()) {
      columns.add(new Column("", Figures.OWN_EXPERT, Figures.OWN_EXPERT));
    }
    addFamily(figures, ModelName.MERGED, "average", columns);
    addFamily(figures, ModelName.ENSEMBLE, "ensemble", columns);
    return of(figures, significance, columns);
  }

  /** Every model, each expert on every domain. */
  static Grid all(Figures figures, Significance significance) {
    List<Column> columns = new ArrayList<>();
    addSingles(figures, columns);
    addFamily(figures, ModelName.EXPERT, "expert", columns);
    addFamily(figures, ModelName.MERGED, "average", columns);
    addFamily(figures, ModelName.ENSEMBLE, "ensemble", columns);
    return of(figures, significance, columns);
  }

  private static void addSingles(Figures figures, List<Column> columns) {
    for (ModelName model : figures.models()) {
      if (model.isFamily(ModelName.DENSE) || model.isFamily(ModelName.SEED)) {
        columns.add(new Column("", model.label(), model.full()));
      }
    }
  }

  private static void addFamily(
      Figures figures, String family, String group, List<Column> columns) {
    for (ModelName model : figures.models(family)) {
      columns.add(new Column(group, model.label(), model.full()));
    }
  }

  private static Grid of(Figures figures, Significance significance, List<Column> columns) {
    List<Row> rows = new ArrayList<>();
    addRows(figures, significance, columns, rows, Kind.TRAINING);
    addRows(figures, significance, columns, rows, Kind.EVALUATION);
    return new Grid(columns, rows, figures.reference());
  }

  private static void addRows(
      Figures figures, Significance significance, List<Column> columns, List<Row> rows, Kind kind) {
    boolean training = kind == Kind.TRAINING;
    List<String> domains = training ? figures.trainingDomains() : figures.evaluationDomains();
    String mean = training ? Result.MEAN_TRAINING : Result.MEAN_EVALUATION;
    domains.forEach(d -> rows.add(row(figures, significance, columns, d, d, kind)));
    if (domains.size() > 1) {
      rows.add(row(figures, significance, columns, mean, "mean of " + domains.size(), Kind.MEAN));
    }
  }

  private static Row row(
      Figures figures,
      Significance significance,
      List<Column> columns,
      String domain,
      String label,
      Kind kind) {
    double reference = figures.perplexity(figures.reference().full(), domain);
    ToDoubleFunction<Column> perplexity = column -> figures.perplexity(column.model(), domain);
    double best =
        columns.stream()
            .mapToDouble(perplexity)
            .filter(value -> !Double.isNaN(value))
            .min()
            .orElse(Double.NaN);
    List<Cell> cells =
        columns.stream()
            .map(
                column ->
                    cell(
                        perplexity.applyAsDouble(column),
                        figures.value(column.model(), domain, Result.BITS_PER_BYTE),
                        best,
                        reference,
                        significance.words(column.model(), figures.reference().full(), domain),
                        "%s %s on %s".formatted(column.group(), column.label(), label).strip(),
                        figures.reference()))
            .toList();
    return new Row(domain, label, kind, cells);
  }

  private static Cell cell(
      double perplexity,
      double bitsPerByte,
      double best,
      double reference,
      String uncertainty,
      String subject,
      ModelName referenceModel) {
    String description =
        Double.isNaN(perplexity)
            ? subject + ": not measured"
            : "%s: perplexity %s, %s bits per byte, %s %s%s"
                .formatted(
                    subject,
                    Numbers.perplexity(perplexity),
                    Double.isNaN(bitsPerByte) ? "–" : Numbers.bits(bitsPerByte),
                    Numbers.beside(perplexity, reference),
                    referenceModel.phrase(),
                    uncertainty);
    return new Cell(
        perplexity,
        bitsPerByte,
        Level.of(perplexity / reference),
        perplexity == best,
        !uncertainty.isEmpty(),
        description);
  }
}
