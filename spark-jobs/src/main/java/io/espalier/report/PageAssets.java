package io.espalier.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Style and scripts that are copied into the page, and the policy that lets nothing else run.
 *
 * @param css the page's style sheet
 * @param chartLibrary Chart.js
 * @param script what draws the charts
 */
public record PageAssets(String css, String chartLibrary, String script) {
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.4.4/dist/chart.umd.js";

  static PageAssets load() {
    return new PageAssets(
        text("report.css"), forScriptElement(text(CHART_JS)), forScriptElement(text("report.js")));
  }

  /** A content security policy: nothing is fetched, and only the scripts of this record run. */
  public String policy() {
    return "default-src 'none'; script-src %s %s; style-src %s; base-uri 'none'; form-action 'none'"
        .formatted(sha256(chartLibrary), sha256(script), sha256(css));
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
