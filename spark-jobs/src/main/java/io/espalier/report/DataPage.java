package io.espalier.report;

import java.util.List;

/** What the template of a run's data lays out. */
public record DataPage(
    DataFacts data,
    PreparationView preparation,
    FlowChart flow,
    DomainSizes domains,
    LanguageView languages,
    DuplicateView duplicates,
    ClusterView clusters,
    LicenceView licences,
    FilesView files,
    PageAssets assets) {
  private static final double SMALLEST_SHARE = 0.001;

  static DataPage of(DataFacts data) {
    return new DataPage(
        data,
        PreparationView.of(data.stages()),
        FlowChart.of(data.stages(), data.splits()),
        DomainSizes.of(data.splits(), data.lengths()),
        LanguageView.of(data.languages()),
        DuplicateView.of(data.duplicates()),
        ClusterView.of(data.clusters()),
        LicenceView.of(data.licences()),
        FilesView.of(data.files()),
        PageAssets.withFlow());
  }

  public String sizesFinding() {
    return domains.finding();
  }

  public long documents() {
    return data.splits().stream().mapToLong(DataFacts.SplitFact::documents).sum();
  }

  public String bytesText() {
    return Numbers.bytes(data.splits().stream().mapToLong(DataFacts.SplitFact::bytes).sum());
  }

  public long tokens() {
    return data.splits().stream().mapToLong(DataFacts.SplitFact::tokens).sum();
  }

  public long sequences() {
    return data.splits().stream().mapToLong(DataFacts.SplitFact::sequences).sum();
  }

  public long rejected() {
    return data.rejections().stream().mapToLong(DataFacts.RejectionFact::records).sum();
  }

  /** Rejections of which there are examples. */
  public List<DataFacts.RejectionFact> shown() {
    return data.rejections().stream().filter(r -> !r.examples().isEmpty()).toList();
  }

  /** Of all records that were read. */
  public String shareText(DataFacts.RejectionFact rejection) {
    long read = data.stages().isEmpty() ? 0 : data.stages().get(0).read();
    double share = read == 0 ? 0 : (double) rejection.records() / read;
    return share < SMALLEST_SHARE ? "< 0.1 %" : Numbers.share(share);
  }

  public static String bytesText(DataFacts.SourceFact source) {
    return Numbers.bytes(source.bytes());
  }

  public static String bytesText(DataFacts.OriginFact origin) {
    return Numbers.bytes(origin.bytes());
  }

  /** Where a rejected record lies. */
  public static String place(DataFacts.RejectedExample example) {
    return example.record() == 0
        ? example.file()
        : "%s, record %s".formatted(example.file(), Numbers.count(example.record()));
  }

  /** Everything that is drawn, as JSON that can stand in a script element. */
  public String chartsJson() {
    return EmbeddedJson.of(
        List.of(domains.sizes(), domains.lengths(), duplicates.sizes(), languages.shares()));
  }

  /** The diagram, likewise. */
  public String flowJson() {
    return EmbeddedJson.of(flow);
  }
}
