package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What the template lays out: the run's data as views, each with what it says. */
public record ReportPage(
    ReportData data,
    Headline headline,
    String split,
    TestsView tests,
    TopKView topK,
    LeaveOneOutView leaveOneOut,
    List<LineView> lines,
    Grid comparison,
    RelativeChart relative,
    Grid heatMap,
    String heatMapFinding,
    PriorView prior,
    LossCurves curves,
    List<PosteriorView> examples,
    LedgerView ledger,
    PreparationView preparation,
    ProvenanceView provenance,
    PageAssets assets) {

  static ReportPage of(ReportData data) {
    Figures figures = Figures.of(data.results());
    Palette palette = Palette.of(figures, data.metrics());
    Significance significance = Significance.of(data.comparisons());
    Grid comparison = Grid.comparison(figures, significance);
    return new ReportPage(
        data,
        Headline.of(figures, significance),
        figures.split(),
        TestsView.of(data.comparisons(), figures),
        TopKView.of(data.results(), figures, significance),
        LeaveOneOutView.of(data.results(), figures, significance),
        IntStream.range(0, data.lines().size())
            .mapToObj(i -> LineView.of(i, data.lines().get(i)))
            .toList(),
        comparison,
        RelativeChart.of(comparison),
        Grid.all(figures, significance),
        HeatMapFinding.of(figures),
        PriorView.of(data.results()),
        LossCurves.of(data.metrics(), palette),
        IntStream.range(0, data.examples().size())
            .mapToObj(i -> PosteriorView.of(i, data.examples().get(i), palette))
            .toList(),
        LedgerView.of(data.ledger(), data.isDenseFromSeed(), palette),
        PreparationView.of(data.preparation()),
        ProvenanceView.of(data.checkpoints(), data.tableVersions()),
        PageAssets.load());
  }

  /** What was proved of training by many ranks; empty if nothing was. */
  public List<String> proofs() {
    return data.results().stream()
        .filter(Result::isProof)
        .map(
            r ->
                String.format(
                    Locale.ROOT, "%s: %s %.1e", r.model(), r.metric().replace('_', ' '), r.value()))
        .toList();
  }

  /** Everything that is drawn, as JSON that can stand in a script element. */
  public String chartsJson() {
    List<Chart> charts = new ArrayList<>();
    charts.add(relative.chart());
    charts.add(topK.chart());
    lines.forEach(line -> charts.add(line.chart()));
    charts.add(curves.loss());
    charts.add(curves.learningRate());
    charts.add(ledger.chart());
    examples.forEach(example -> charts.add(example.chart()));
    return EmbeddedJson.of(charts);
  }
}
