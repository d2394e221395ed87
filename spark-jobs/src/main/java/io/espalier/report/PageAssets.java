package io.espalier.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Style and scripts that are copied into the page, and the policy that lets nothing else run.
 *
 * @param css the page's style sheet
 * @param scripts libraries, then what draws with them
 */
public record PageAssets(String css, List<String> scripts) {
  private static final String WEBJARS = "/META-INF/resources/webjars/";
  private static final String CHART_JS = WEBJARS + "chart.js/4.4.4/dist/chart.umd.js";

  /** The parts of D3 that its Sankey layout stands on. */
  private static final List<String> D3_SANKEY =
      List.of(
          WEBJARS + "d3-array/3.2.4/dist/d3-array.min.js",
          WEBJARS + "d3-path/3.1.0/dist/d3-path.min.js",
          WEBJARS + "d3-shape/3.2.0/dist/d3-shape.min.js",
          WEBJARS + "d3-sankey/0.12.3/dist/d3-sankey.min.js");

  public PageAssets {
    scripts = List.copyOf(scripts);
  }

  /** For pages with charts. */
  static PageAssets load() {
    return new PageAssets(text("report.css"), scripts(List.of(CHART_JS, "report.js")));
  }

  /** For pages with charts and a {@link FlowChart}. */
  static PageAssets withFlow() {
    List<String> names = new ArrayList<>(List.of(CHART_JS, "report.js"));
    names.addAll(D3_SANKEY);
    names.add("sankey.js");
    return new PageAssets(text("report.css"), scripts(names));
  }

  /** A content security policy: nothing is fetched, and only the scripts of this record run. */
  public String policy() {
    String allowed = scripts.stream().map(PageAssets::sha256).collect(Collectors.joining(" "));
    return "default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'"
        .formatted(allowed, sha256(css));
  }

  private static List<String> scripts(List<String> resources) {
    return resources.stream().map(PageAssets::text).map(PageAssets::forScriptElement).toList();
  }

  /** The source map lies beside the library in its jar, not beside the page. */
  private static String forScriptElement(String javaScript) {
    return javaScript
        .replaceAll("(?m)^//# sourceMappingURL=.*$", "")
        .replaceAll("(?i)</(script)", "<\\\\/$1")
        .replace("<!--", "<\\!--");
  }

  private static String text(String resource) {
    try (InputStream in = PageAssets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing on the class path");
      }
      // Browsers hash the page's text with line feeds alone.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
