package io.espalier.job;

import java.util.List;

/**
 * Hosts with a network of their own, as namespaces of this machine's kernel that a bridge connects:
 * they can be cut off from all, or from one another, and nobody is told. Root is needed.
 */
final class HostNetwork {
  /** Of private addresses; the process's number keeps two tests apart. */
  private static final String SUBNET = "10.%d.%d.";

  private static final int FIRST = 11;
  private static final String NOBODY = "02:00:00:00:00:99";

  private final int hosts;
  private final String name;
  private final String subnet;

  private HostNetwork(int hosts) {
    long number = ProcessHandle.current().pid();
    this.hosts = hosts;
    this.name = "esp%d".formatted(number % 100_000);
    this.subnet = SUBNET.formatted(200 + number % 50, number % 250);
  }

  /** Makes hosts, numbered from 0. */
  static HostNetwork of(int hosts) throws Exception {
    HostNetwork network = new HostNetwork(hosts);
    Shell.run("ip", "link", "add", network.name, "type", "bridge");
    Shell.run("ip", "address", "add", network.gateway() + "/24", "dev", network.name);
    Shell.run("ip", "link", "set", network.name, "up");
    for (int host = 0; host < hosts; host++) {
      network.add(host);
    }
    return network;
  }

  private void add(int host) throws Exception {
    String space = space(host);
    Shell.run("ip", "netns", "add", space);
    Shell.run(
        "ip", "link", "add", cable(host), "type", "veth", "peer", "name", "eth0", "netns", space);
    Shell.run("ip", "link", "set", cable(host), "master", name, "up");
    Shell.run("ip", "-n", space, "address", "add", address(host) + "/24", "dev", "eth0");
    Shell.run("ip", "-n", space, "link", "set", "lo", "up");
    Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
  }

  /** Why there can be no such hosts on this machine; empty if there can. */
  static String missing() throws Exception {
    String probe = "esp-probe-" + ProcessHandle.current().pid();
    if (!Shell.succeeds("ip", "netns", "add", probe)) {
      return "network namespaces can't be made: root and the command ip are needed";
    }
    Shell.run("ip", "netns", "delete", probe);
    return "";
  }

  /** This machine's address as the hosts know it. */
  String gateway() {
    return subnet + 1;
  }

  String address(int host) {
    return subnet + (FIRST + host);
  }

  /** Before a command, runs it on a host; files and processes are those of this machine. */
  List<String> on(int host) {
    return List.of("nsenter", "--net=/run/netns/" + space(host));
  }

  /** Neither this machine nor another host reaches a host, nor it them. */
  void cutOff(int host) throws Exception {
    Shell.run("ip", "link", "set", cable(host), "down");
  }

  void reconnect(int host) throws Exception {
    Shell.run("ip", "link", "set", cable(host), "up");
  }

  /** Two hosts don't reach each other, but all else: what they send arrives nowhere. */
  void separate(int one, int other) throws Exception {
    misdirect(one, other, "replace");
    misdirect(other, one, "replace");
  }

  void rejoin(int one, int other) throws Exception {
    misdirect(one, other, "delete");
    misdirect(other, one, "delete");
  }

  private void misdirect(int from, int to, String change) throws Exception {
    Shell.run(
        "ip",
        "-n",
        space(from),
        "neighbour",
        change,
        address(to),
        "lladdr",
        NOBODY,
        "nud",
        "permanent",
        "dev",
        "eth0");
  }

  private String space(int host) {
    return name + "-" + host;
  }

  /** The end on this machine. */
  private String cable(int host) {
    return name + "v" + host;
  }

  void remove() throws Exception {
    for (int host = 0; host < hosts; host++) {
      Shell.succeeds("ip", "netns", "delete", space(host));
    }
    Shell.succeeds("ip", "link", "delete", name);
  }
}
