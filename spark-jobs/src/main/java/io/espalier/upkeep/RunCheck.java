package io.espalier.upkeep;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.FileEntry;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.table.Seal;
import io.espalier.table.TableSeals;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;

/**
 * Holds every file of a run against what was written: gathers what manifests, seals and logs say of
 * each, reads each once, and looks whether what they refer to is there. Changes nothing.
 */
public final class RunCheck {
  private static final String SEAL = ".sha256";
  private static final String CHECKPOINTS = "checkpoints";

  private final Configuration configuration;
  private final RunPaths paths;
  private final RawFiles files;
  private final Queue<Problem> problems = new ConcurrentLinkedQueue<>();
  private final SortedMap<String, Expected> expected = new TreeMap<>();

  /** Files that are checked by what they say of themselves. */
  private final Set<String> selfChecked = new HashSet<>();

  private RunCheck(Configuration configuration, RunPaths paths) {
    this.configuration = configuration;
    this.paths = paths;
    this.files = RawFiles.of(configuration, paths.root());
  }

  /**
   * Checks a run.
   *
   * @param configuration of its file system
   */
  public static Verdict of(Configuration configuration, RunPaths paths) {
    return new RunCheck(configuration, paths).check();
  }

  private Verdict check() {
    CheckpointCatalogue checkpoints = checkpoints();
    References references = References.of(configuration, paths, files, checkpoints, problems::add);
    Map<String, Long> latest = tables(references);
    sealedFiles();
    long bytes = new Contents(files, expected, selfChecked).compare(problems::add);
    Lineages.of(checkpoints, references, latest, problems::add);
    leftovers();
    return new Verdict(
        RunPaths.shown(paths.root()),
        checkpoints.found().size(),
        latest.size(),
        expected.size() + selfChecked.size(),
        bytes,
        problems.stream()
            .sorted(
                Comparator.comparing(Problem::isFailure).reversed().thenComparing(Problem::path))
            .distinct()
            .toList());
  }

  private CheckpointCatalogue checkpoints() {
    Set<String> damaged = new HashSet<>();
    CheckpointCatalogue catalogue =
        CheckpointCatalogue.of(
            configuration,
            paths.checkpoint(""),
            damage -> damaged.add(String.valueOf(damage.getMessage())));
    for (CheckpointCatalogue.Found found : catalogue.found()) {
      String folder = files.relative(found.folder()).orElse(found.folder());
      String manifest = folder + "/" + CheckpointFiles.MANIFEST;
      selfChecked.add(manifest);
      for (FileEntry entry : found.manifest().files().values()) {
        String path = folder + "/" + entry.path();
        expected.put(
            path,
            Expected.hash(path, manifest, entry.sha256(), true).neededWith(entry.lengthBytes()));
      }
      if (!folder.endsWith("/step-%08d".formatted(found.manifest().step()))) {
        problems.add(
            new Problem(
                manifest,
                Problem.Kind.INCONSISTENT,
                "is of step %d: it was moved or copied there".formatted(found.manifest().step()),
                Remedies.of(manifest)));
      }
    }
    for (String path : files.below(CHECKPOINTS)) {
      if (path.endsWith("/" + CheckpointFiles.MANIFEST) && !selfChecked.contains(path)) {
        selfChecked.add(path);
        String why =
            damaged.stream()
                .filter(message -> message.contains(path))
                .findFirst()
                .map(message -> message.substring(message.indexOf(path) + path.length()).strip())
                .orElse("isn't a whole manifest");
        problems.add(new Problem(path, Problem.Kind.DAMAGED, why, Remedies.of(path)));
      }
    }
    return catalogue;
  }

  /** Newest version by table. */
  private Map<String, Long> tables(References references) {
    Map<String, Long> latest = new TreeMap<>();
    for (String name : TableFiles.names(files)) {
      TableFiles table =
          TableFiles.of(
              configuration,
              files,
              paths.table(name),
              name,
              references.versionsOf(name),
              problems::add);
      expected.putAll(table.expected());
      latest.put(name, table.latest());
      files.below("tables/" + name + "/" + TableSeals.FOLDER).stream()
          .filter(path -> path.endsWith(SEAL))
          .forEach(selfChecked::add);
    }
    return latest;
  }

  /** Files with a seal of their own beside them. */
  private void sealedFiles() {
    for (String path : files.paths()) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (name.startsWith(".") && name.endsWith(SEAL)) {
        String sealed = name.substring(1, name.length() - SEAL.length());
        selfChecked.add(path);
        try {
          String text = new String(files.bytes(path).orElseThrow(), StandardCharsets.UTF_8);
          String of = path.substring(0, path.length() - name.length()) + sealed;
          Seal.parse(path, sealed, text)
              .files()
              .values()
              .forEach(hash -> expected.put(of, Expected.hash(of, path, hash, true)));
        } catch (FormatException e) {
          problems.add(Problem.damaged(path, e, Remedies.of(path)));
        }
      }
    }
  }

  /** What nothing speaks of, and what only its length is known of. */
  private void leftovers() {
    for (Expected file : expected.values()) {
      if (file.sha256().isEmpty() && files.has(file.path())) {
        problems.add(
            new Problem(
                file.path(),
                Problem.Kind.UNSEALED,
                "has no SHA-256 yet, so its length alone was checked",
                "The table's next commit seals it; espalier fsck --seal does it now."));
      }
    }
    for (String path : files.paths()) {
      boolean known =
          expected.containsKey(path)
              || selfChecked.contains(path)
              || LiveFolder.contains(path)
              || (Contents.isChecksums(path) && files.has(Contents.ofChecksums(path)));
      if (!known) {
        problems.add(Orphans.problem(path));
      }
    }
  }
}
