package io.espalier.report;

import io.espalier.report.DataFacts.SplitFact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The way of records through the stages into domains as a Sankey diagram; sankey.js lays it out.
 *
 * @param nodes stages, reasons for rejections and domains
 * @param links between them; what comes into a stage goes out of it
 */
public record FlowChart(List<Node> nodes, List<Link> links) {

  /**
   * A place where records come by or end.
   *
   * @param kind {@code stage}, {@code rejected} or {@code domain}
   * @param records that come by
   */
  public record Node(String name, String kind, long records) {}

  /** Records that go from one node to another; nodes by their places in the list. */
  public record Link(int source, int target, long value) {}

  /** Rejections end beside the stage that rejected them, kept documents in their domains. */
  static FlowChart of(List<StageCount> stages, List<SplitFact> splits) {
    List<Node> nodes = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      StageCount stage = stages.get(i);
      int place = nodes.size();
      nodes.add(new Node(stage.stage(), "stage", stage.read()));
      stage
          .rejected()
          .forEach(
              (reason, records) -> {
                links.add(new Link(place, nodes.size(), records));
                nodes.add(new Node(reason.replace('_', ' '), "rejected", records));
              });
      int next = nodes.size();
      if (i < stages.size() - 1) {
        links.add(new Link(place, next, stage.kept()));
      } else {
        intoDomains(place, splits, nodes, links);
      }
    }
    links.removeIf(link -> link.value() == 0);
    return new FlowChart(nodes, links);
  }

  private static void intoDomains(
      int last, List<SplitFact> splits, List<Node> nodes, List<Link> links) {
    Map<String, Long> documents =
        splits.stream()
            .collect(
                Collectors.groupingBy(
                    SplitFact::domain,
                    LinkedHashMap::new,
                    Collectors.summingLong(SplitFact::documents)));
    documents.forEach(
        (domain, count) -> {
          links.add(new Link(last, nodes.size(), count));
          nodes.add(new Node(domain, "domain", count));
        });
  }

  public boolean isEmpty() {
    return links.isEmpty();
  }
}
