package io.espalier.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/** Writes the page that shows a run. */
public final class Report {
  private static final String TEMPLATE = "report.jte";
  private static final String TEMPLATE_PACKAGE = "gg.jte.generated.precompiled";

  private Report() {}

  /**
   * The whole page as HTML in UTF-8: one file that needs no network, for screen and print, light
   * and dark.
   */
  public static String html(ReportData data) {
    // Templates are classes beside this one; a context class loader might not know them.
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, Report.class.getClassLoader(), TEMPLATE_PACKAGE);
    StringOutput output = new StringOutput(1 << 19);
    engine.render(TEMPLATE, ReportPage.of(data), output);
    return output.toString();
  }
}
