package io.espalier.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * First line and headers of an HTTP/1.1 message.
 *
 * @param text all of it, with the empty line at its end
 * @param headers by their names in lower case
 */
public record HttpHead(String text, String firstLine, Map<String, String> headers) {
  private static final String END = "\r\n\r\n";

  /** Reads the next one; empty where the connection ends before it. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(END, Math.max(0, text.length() - END.length())) < 0) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      text.append((char) next);
    }
    return Optional.of(parse(text.toString()));
  }

  private static HttpHead parse(String text) {
    String[] lines = text.split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).trim());
      }
    }
    return new HttpHead(text, lines[0], headers);
  }

  /** Of a request: GET, PUT, …. */
  public String method() {
    return firstLine.substring(0, firstLine.indexOf(' '));
  }

  /** Of a request: path and query. */
  public String target() {
    return firstLine.split(" ", -1)[1];
  }

  /** Of an answer. */
  int status() {
    return Integer.parseInt(firstLine.split(" ", -1)[1]);
  }

  /** A header's value; the empty string where it is missing. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  long contentLength() {
    return Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  boolean isChunked() {
    return header("transfer-encoding").equals("chunked");
  }

  boolean asksFirst() {
    return header("expect").equalsIgnoreCase("100-continue");
  }

  /** The same without a header. */
  HttpHead without(String name) {
    String shorter = text.replaceAll("(?im)^" + name + ":.*\r\n", "");
    return parse(shorter);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
