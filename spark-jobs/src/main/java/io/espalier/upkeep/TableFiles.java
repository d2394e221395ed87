package io.espalier.upkeep;

import io.espalier.config.FormatException;
import io.espalier.table.Seal;
import io.espalier.table.TableSeals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * One table of a run as files: what each should be, which are needed, and whether its log is whole.
 *
 * @param name the table's
 * @param expected every file that something is known of, by path below the run's folder
 * @param latest the newest version
 */
record TableFiles(String name, SortedMap<String, Expected> expected, long latest) {
  private static final int DIGITS = 20;

  /** Of the data files that the newest and the pinned versions have, by path. */
  static SortedMap<String, Long> needed(
      Configuration configuration,
      RawFiles files,
      String location,
      Set<Long> pinned,
      Consumer<FormatException> onDamage) {
    SortedMap<String, Long> needed = new TreeMap<>();
    KernelTable table = KernelTable.at(configuration, location);
    List<OptionalLong> versions = new ArrayList<>();
    versions.add(OptionalLong.empty());
    pinned.forEach(version -> versions.add(OptionalLong.of(version)));
    for (OptionalLong version : versions) {
      try {
        table
            .files(version)
            .forEach(
                (file, length) -> files.relative(file).ifPresent(path -> needed.put(path, length)));
      } catch (FormatException e) {
        onDamage.accept(e);
      }
    }
    return needed;
  }

  /**
   * Reads log and seals.
   *
   * @param location the table's folder
   * @param pinned versions that something was made from
   */
  static TableFiles of(
      Configuration configuration,
      RawFiles files,
      String location,
      String name,
      Set<Long> pinned,
      Consumer<Problem> onProblem) {
    String folder = "tables/" + name;
    TreeSet<Long> commits = numbered(files, folder + "/_delta_log", ".json");
    long checkpoint = lastCheckpoint(files, folder);
    SortedMap<String, Expected> expected = sealed(files, name, checkpoint, onProblem);
    contiguous(folder, commits, checkpoint, onProblem);
    Set<Long> readable = new TreeSet<>(pinned);
    readable.removeIf(version -> commits.isEmpty() || version > commits.last());
    needed(
            configuration,
            files,
            location,
            readable,
            damage -> onProblem.accept(unreadable(folder, damage)))
        .forEach(
            (path, length) ->
                expected.merge(
                    path,
                    new Expected(
                        path,
                        folder + "/_delta_log",
                        Optional.empty(),
                        OptionalLong.of(length),
                        true),
                    (hashed, unhashed) -> hashed.neededWith(length)));
    return new TableFiles(name, expected, commits.isEmpty() ? -1 : commits.last());
  }

  /** Version of the log's newest checkpoint; -1 where there is none. */
  private static long lastCheckpoint(RawFiles files, String folder) {
    return files.below(folder + "/_delta_log").stream()
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(file -> file.matches("\\d{20}\\.checkpoint\\..*"))
        .mapToLong(file -> Long.parseLong(file.substring(0, DIGITS)))
        .max()
        .orElse(-1);
  }

  /** What the seals say; commits behind the log's last checkpoint must be there. */
  private static SortedMap<String, Expected> sealed(
      RawFiles files, String name, long checkpoint, Consumer<Problem> onProblem) {
    String folder = "tables/" + name;
    SortedMap<String, Expected> expected = new TreeMap<>();
    for (long version : numbered(files, folder + "/" + TableSeals.FOLDER, ".sha256")) {
      String statedBy = folder + "/" + TableSeals.path(version);
      String commit = "_delta_log/%020d.json".formatted(version);
      seal(files, name, version, onProblem)
          .map(Seal::files)
          .orElseGet(TreeMap::new)
          .forEach(
              (file, hash) -> {
                boolean needed = file.equals(commit) && version > checkpoint;
                String path = folder + "/" + file;
                expected.put(path, Expected.hash(path, statedBy, hash, needed));
              });
    }
    return expected;
  }

  /** Every version behind the log's last checkpoint, or its first, has its commit. */
  private static void contiguous(
      String folder, TreeSet<Long> commits, long checkpoint, Consumer<Problem> onProblem) {
    if (commits.isEmpty()) {
      return;
    }
    long first = checkpoint >= 0 ? Math.min(checkpoint + 1, commits.first()) : 0;
    for (long version = first; version < commits.last(); version++) {
      if (!commits.contains(version) && version > checkpoint) {
        onProblem.accept(
            new Problem(
                "%s/_delta_log/%020d.json".formatted(folder, version),
                Problem.Kind.MISSING,
                "is missing, so later versions can't be read",
                Remedies.of(folder)));
      }
    }
  }

  private static Problem unreadable(String folder, FormatException damage) {
    return new Problem(
        folder + "/_delta_log",
        Problem.Kind.DAMAGED,
        String.valueOf(damage.getMessage()),
        Remedies.of(folder));
  }

  private static Optional<Seal> seal(
      RawFiles files, String name, long version, Consumer<Problem> onProblem) {
    String path = "tables/" + name + "/" + TableSeals.path(version);
    String text = new String(files.bytes(path).orElseThrow(), StandardCharsets.UTF_8);
    try {
      return Optional.of(Seal.parse(path, TableSeals.subject(name, version), text));
    } catch (FormatException e) {
      onProblem.accept(
          Problem.damaged(
              path,
              e,
              "Delete it: the table is whole without, and its next commit seals the version anew."));
      return Optional.empty();
    }
  }

  private static TreeSet<Long> numbered(RawFiles files, String folder, String ending) {
    TreeSet<Long> numbers = new TreeSet<>();
    for (String path : files.below(folder)) {
      String file = path.substring(folder.length() + 1);
      if (file.matches("\\d{20}" + ending.replace(".", "\\."))) {
        numbers.add(Long.parseLong(file.substring(0, DIGITS)));
      }
    }
    return numbers;
  }

  /** Names of the tables that a run has. */
  static Set<String> names(RawFiles files) {
    Set<String> names = new TreeSet<>();
    for (String path : files.below("tables")) {
      String[] parts = path.split("/", -1);
      if (parts.length > 3 && parts[2].equals("_delta_log")) {
        names.add(parts[1]);
      }
    }
    return names;
  }
}
