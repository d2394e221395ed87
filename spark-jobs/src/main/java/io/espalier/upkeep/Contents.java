package io.espalier.upkeep;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Every byte of a run against what is said of it.
 *
 * @param expected what files should be, by path
 * @param selfChecked files that are checked by what they say of themselves
 */
record Contents(RawFiles files, Map<String, Expected> expected, Set<String> selfChecked) {
  private static final String CHECKSUMS = ".crc";

  /** Reads everything once; returns how many bytes that were. */
  long compare(Consumer<Problem> onProblem) {
    AtomicLong bytes = new AtomicLong();
    files.paths().parallelStream()
        .filter(path -> !isChecksums(path) && !LiveFolder.contains(path))
        .forEach(
            path -> {
              bytes.addAndGet(files.length(path));
              compare(path, Optional.ofNullable(expected.get(path)), onProblem);
            });
    expected.values().stream()
        .filter(file -> file.needed() && !files.has(file.path()))
        .forEach(
            file ->
                onProblem.accept(
                    new Problem(
                        file.path(),
                        Problem.Kind.MISSING,
                        "is missing; %s names it".formatted(file.statedBy()),
                        Remedies.of(file.path()))));
    return bytes.get();
  }

  private void compare(String path, Optional<Expected> should, Consumer<Problem> onProblem) {
    Digest digest = Digest.of(files, path);
    Optional<String> damage = should.flatMap(file -> difference(file, digest));
    damage.ifPresent(
        what -> onProblem.accept(new Problem(path, Problem.Kind.DAMAGED, what, Remedies.of(path))));
    String checksums = checksumFile(path);
    if (!files.has(checksums)
        || files.bytes(checksums).map(digest::fits).orElse(true)
        || damage.isPresent()) {
      return;
    }
    boolean known = should.flatMap(Expected::sha256).isPresent() || selfChecked.contains(path);
    onProblem.accept(
        known
            ? new Problem(
                checksums,
                Problem.Kind.DAMAGED,
                "doesn't have the checksums of " + path,
                Remedies.ofChecksumFile())
            : new Problem(
                path,
                Problem.Kind.DAMAGED,
                "or %s was changed: its checksums are others".formatted(checksums),
                Remedies.of(path)));
  }

  private Optional<String> difference(Expected file, Digest digest) {
    long length = files.length(file.path());
    if (file.lengthBytes().isPresent() && file.lengthBytes().getAsLong() != length) {
      return Optional.of(
          "has %,d bytes where %s says %,d"
              .formatted(length, file.statedBy(), file.lengthBytes().getAsLong()));
    }
    return file.sha256()
        .filter(hash -> !hash.equals(digest.sha256()))
        .map(
            hash ->
                "has SHA-256 %s where %s says %s"
                    .formatted(shortened(digest.sha256()), file.statedBy(), shortened(hash)));
  }

  /** Whether it is one of Hadoop's checksum files. */
  static boolean isChecksums(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(".") && name.endsWith(CHECKSUMS);
  }

  /** Hadoop's checksum file of a file. */
  private static String checksumFile(String path) {
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + "." + path.substring(name) + CHECKSUMS;
  }

  /** The file that a checksum file is of. */
  static String ofChecksums(String path) {
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + path.substring(name + 1, path.length() - CHECKSUMS.length());
  }

  private static String shortened(String hash) {
    return hash.substring(0, 16) + "…";
  }
}
