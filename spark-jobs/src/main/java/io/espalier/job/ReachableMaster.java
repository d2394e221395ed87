package io.espalier.job;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses a master that can't be one, or that nobody answers for, before Spark starts: Spark itself
 * knocks for a minute and then stops with a stack trace.
 */
final class ReachableMaster {
  private static final Pattern KNOWN =
      Pattern.compile("local|local\\[[^\\]]+\\]|local-cluster\\[[^\\]]+\\]|yarn|k8s://.+");
  private static final Pattern STANDALONE = Pattern.compile("spark://(.+)");
  private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\]]+?)\\]?:(\\d{1,5})");
  private static final int PATIENCE_MILLISECONDS = 5000;

  private ReachableMaster() {}

  /**
   * Checks a master's URL; of a standalone cluster's several masters one must answer.
   *
   * @throws ConfigException in one sentence
   */
  static void check(String master) {
    Matcher standalone = STANDALONE.matcher(master);
    if (KNOWN.matcher(master).matches()) {
      return;
    }
    if (!standalone.matches()) {
      throw new ConfigException(
          "--master is %s but must be local[4], spark://host:7077, yarn or k8s://https://host:port"
              .formatted(master));
    }
    List<String> problems = new ArrayList<>();
    for (String address : standalone.group(1).split(",", -1)) {
      String problem = problem(master, address);
      if (problem.isEmpty()) {
        return;
      }
      problems.add(problem);
    }
    throw new ConfigException(
        "--master is %s but no master answers there: %s; is the cluster started?"
            .formatted(master, String.join(", ", problems)));
  }

  private static String problem(String master, String address) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65535) {
      throw new ConfigException(
          "--master is %s but %s is not a host and a port, such as spark://host:7077"
              .formatted(master, address));
    }
    int port = Integer.parseInt(parts.group(2));
    try (Socket socket = new Socket()) {
      InetSocketAddress there = new InetSocketAddress(parts.group(1), port);
      if (there.isUnresolved()) {
        return parts.group(1) + " is an unknown host";
      }
      socket.connect(there, PATIENCE_MILLISECONDS);
      return "";
    } catch (IOException e) {
      return "%s (%s)".formatted(address, e.getMessage());
    }
  }
}
