package io.espalier.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** How a process tells the one that started it what it measured: a line {@code name=value} each. */
final class PrintedFigures {
  private PrintedFigures() {}

  static void print(String name, double value) {
    System.out.println(name + "=" + value);
  }

  /**
   * Waits for a process to end and reads what it printed; whatever else it printed is left out.
   *
   * @param failed what is thrown if it ends with another exit code than 0
   */
  static <E extends Exception> Map<String, Double> of(Process process, IntFunction<E> failed)
      throws IOException, E {
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw failed.apply(process.exitValue());
      }
      return parse(out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while measuring").initCause(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Map<String, Double> parse(String out) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String line : out.lines().filter(l -> l.matches("[a-z_]+=[0-9.E+-]+")).toList()) {
      List<String> pair = List.of(line.split("=", 2));
      figures.put(pair.get(0), Double.parseDouble(pair.get(1)));
    }
    return figures;
  }
}
