package io.espalier.comm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each rank says of itself before any connection is made.
 *
 * @param host as in {@link Participant}
 * @param machine equal for processes that can open the same socket files
 * @param processId for messages
 * @param jvm equal for threads of one JVM
 * @param attempt as in {@link Participant}
 * @param fingerprint as in {@link Participant}
 * @param device as in {@link Participant}
 * @param settings of the communication, in words; equal on all ranks
 */
record Introduction(
    String host,
    String machine,
    long processId,
    String jvm,
    int attempt,
    String fingerprint,
    String device,
    String settings) {
  private static final String THIS_JVM = UUID.randomUUID().toString();
  private static final String SEPARATOR = "&";

  static Introduction of(Participant me, CommSettings settings) {
    return new Introduction(
        me.host(),
        thisMachine(),
        ProcessHandle.current().pid(),
        THIS_JVM,
        me.attempt(),
        me.fingerprint(),
        me.device(),
        "backend %s, timeout_seconds %s, encrypted %s"
            .formatted(
                settings.backend().typeName(), settings.timeoutSeconds(), settings.encrypted()));
  }

  String encoded() {
    return Stream.of(host, machine, processId, jvm, attempt, fingerprint, device, settings)
        .map(field -> URLEncoder.encode(field.toString(), UTF_8))
        .collect(Collectors.joining(SEPARATOR));
  }

  static Introduction decoded(String text) {
    List<String> fields =
        Stream.of(text.split(SEPARATOR, -1)).map(f -> URLDecoder.decode(f, UTF_8)).toList();
    return new Introduction(
        fields.get(0),
        fields.get(1),
        Long.parseLong(fields.get(2)),
        fields.get(3),
        Integer.parseInt(fields.get(4)),
        fields.get(5),
        fields.get(6),
        fields.get(7));
  }

  boolean hasAccelerator() {
    return !device.equals("cpu");
  }

  String place() {
    return "%s, process %d".formatted(host, processId);
  }

  /**
   * The kernel's boot and the folder of temporary files: containers on one machine share the first
   * but not the second, and two machines may share a name.
   */
  private static String thisMachine() {
    try {
      Path bootId = Path.of("/proc/sys/kernel/random/boot_id");
      String boot = Files.exists(bootId) ? Files.readString(bootId).strip() : "";
      Path temporary = SocketAddresses.temporaryFolder();
      return boot
          + "/"
          + Files.getAttribute(temporary, "unix:dev")
          + "/"
          + Files.getAttribute(temporary, "unix:ino");
    } catch (IOException | UnsupportedOperationException e) {
      return THIS_JVM;
    }
  }
}
