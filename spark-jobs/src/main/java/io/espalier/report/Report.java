package io.espalier.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.List;

/** Writes the pages that show a run, its data and a study. */
public final class Report {
  private static final String RUN = "report.jte";
  private static final String STUDY = "study.jte";
  private static final String DATA = "data.jte";
  private static final String TEMPLATE_PACKAGE = "gg.jte.generated.precompiled";

  private Report() {}

  /**
   * The whole page of a run as HTML in UTF-8: one file that needs no network, for screen and print,
   * light and dark.
   */
  public static String html(ReportData data) {
    return rendered(RUN, ReportPage.of(data));
  }

  /** The page of a study, of the same kind. */
  public static String html(StudyData data) {
    return rendered(STUDY, StudyPage.of(data));
  }

  /** The page of a run's data, of the same kind. */
  public static String html(DataFacts data) {
    return rendered(DATA, DataPage.of(data));
  }

  /** What a study says, a line for each claim. */
  public static List<String> findings(StudyData data) {
    return StudyFindings.of(data).stream().map(StudyFinding::text).toList();
  }

  private static String rendered(String template, Object page) {
    // Templates are classes beside this one; a context class loader might not know them.
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, Report.class.getClassLoader(), TEMPLATE_PACKAGE);
    StringOutput output = new StringOutput(1 << 19);
    engine.render(template, page, output);
    return output.toString();
  }
}
