package io.espalier.checkpoint;

import io.espalier.config.FormatException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds one model's checkpoints, one folder a step. Damaged ones are named to a
 * listener and passed over. Thread-safe, also between processes.
 */
public final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final Pattern STEP = Pattern.compile("step-(\\d{8,18})");

  /** A writer that died leaves its folder; nobody takes an hour for one checkpoint. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** In an attempt's folder that others may go on with. */
  static final String LOCK = "lock";

  private final Storage storage;
  private final CommitProtocol protocol;
  private final Consumer<String> onDamage;
  private final List<Fence> fences;

  /** Asks the fences; local folders without any need no Hadoop on the class path. */
  private final Runnable beforeCommit;

  CheckpointFolder(Storage storage, CommitProtocol protocol, Consumer<String> onDamage) {
    this(storage, protocol, onDamage, List.of(), () -> {});
  }

  private CheckpointFolder(
      Storage storage,
      CommitProtocol protocol,
      Consumer<String> onDamage,
      List<Fence> fences,
      Runnable beforeCommit) {
    this.storage = storage;
    this.protocol = protocol;
    this.onDamage = onDamage;
    this.fences = List.copyOf(fences);
    this.beforeCommit = beforeCommit;
  }

  /** The folder at a URI on any Hadoop file system; it need not exist yet. Damages are logged. */
  public static CheckpointFolder open(Configuration configuration, String uri) {
    return open(configuration, uri, LOG::warn);
  }

  /**
   * The folder at a URI on any Hadoop file system; it need not exist yet.
   *
   * @param onDamage receives one sentence for each damaged checkpoint that is passed over
   */
  public static CheckpointFolder open(
      Configuration configuration, String uri, Consumer<String> onDamage) {
    try {
      Storage storage = HadoopStorage.of(configuration, uri);
      return new CheckpointFolder(storage, CommitProtocol.of(storage), onDamage);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(uri, e.getMessage()), e);
    }
  }

  /** A folder of this machine, without Hadoop. Damages are logged. */
  public static CheckpointFolder local(Path folder) {
    return local(folder, LOG::warn);
  }

  /** A folder of this machine, without Hadoop. */
  public static CheckpointFolder local(Path folder, Consumer<String> onDamage) {
    return new CheckpointFolder(new LocalStorage(folder), new RenameCommit(), onDamage);
  }

  /**
   * The same folder, into which nothing is committed any more once one of the writer's leases is
   * another's.
   *
   * @param configuration of the leases' file system
   */
  public CheckpointFolder fencedBy(List<Fence> writersFences, Configuration configuration) {
    return new CheckpointFolder(
        storage,
        protocol,
        onDamage,
        writersFences,
        () -> writersFences.forEach(fence -> fence.check(configuration)));
  }

  /** The folder, as messages name it: a path or a URI. */
  public String location() {
    return storage.nameOf("");
  }

  /** Every checkpoint whose manifest is whole and whose files have their length, oldest first. */
  public List<Checkpoint> all() {
    List<Checkpoint> whole = new ArrayList<>();
    for (long step : steps()) {
      openReportingDamage(step).ifPresent(whole::add);
    }
    return whole;
  }

  /**
   * The newest checkpoint of which every byte is what was written. Reads it once to find out; who
   * loads it right away does better with {@link #loadLatest}.
   */
  public Optional<Checkpoint> latest() {
    return loadLatest(CheckpointFolder::verified);
  }

  /**
   * Loads the newest whole checkpoint, checking while it reads: when the loader comes upon damage,
   * the checkpoint is named and the one before it is loaded instead.
   *
   * @param loader reads what it needs; called again, from the start, for an older checkpoint
   * @return what the loader returned, or empty if there is no whole checkpoint
   */
  public <T> Optional<T> loadLatest(Function<Checkpoint, T> loader) {
    List<Long> newestFirst = new ArrayList<>(steps());
    Collections.reverse(newestFirst);
    for (long step : newestFirst) {
      Optional<Checkpoint> checkpoint = openReportingDamage(step);
      if (checkpoint.isPresent()) {
        Optional<T> loaded = loadReportingDamage(checkpoint.get(), loader);
        if (loaded.isPresent()) {
          return loaded;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint of a step; its bytes are checked as they are read.
   *
   * @throws FormatException if there is none, or its manifest or a file's length is wrong
   */
  public Checkpoint at(long step) {
    String folder = nameOf(step);
    Checkpoint checkpoint = Checkpoint.open(storage, folder);
    if (checkpoint.step() != step) {
      throw new FormatException(
          "%s holds the checkpoint of step %d: it was moved or copied there"
              .formatted(storage.nameOf(folder), checkpoint.step()));
    }
    return checkpoint;
  }

  /** Begins a checkpoint, out of sight until it is committed. */
  public CheckpointWriter begin(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("step is %d but can't be negative".formatted(step));
    }
    return new CheckpointWriter(this, storage, protocol, step, newAttempt(), Optional.empty());
  }

  /** On object stores the manifest's paths name the attempt, and so the writer's epoch. */
  private String newAttempt() {
    return fences.stream()
        .map(fence -> "epoch-%d-".formatted(fence.epoch()))
        .collect(Collectors.joining("", "", CommitProtocol.newAttempt()));
  }

  /**
   * Begins a checkpoint, or goes on with it where a process that began it died, as far as the file
   * system lets files be changed; see {@link CheckpointWriter#resumeTensors}. Attempts that nobody
   * has touched for an hour are removed.
   *
   * @param key names what is written and from what: the same key, the same bytes
   */
  public CheckpointWriter resume(long step, String key) {
    try {
      Optional<Closeable> lock =
          storage.lock(protocol.attemptFolder(nameOf(step), key) + "/" + LOCK);
      if (lock.isEmpty()) {
        return begin(step);
      }
      removeAbandoned(ABANDONED);
      return new CheckpointWriter(this, storage, protocol, step, key, lock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes all but the newest checkpoints, damaged ones older than those, and what writers left
   * that died more than an hour ago.
   *
   * @param keep how many whole checkpoints stay, at least one
   */
  public void prune(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep is %d but at least one must stay".formatted(keep));
    }
    List<Checkpoint> whole = all();
    if (whole.size() > keep) {
      long oldestKept = whole.get(whole.size() - keep).step();
      steps().stream().filter(step -> step < oldestKept).forEach(this::remove);
    }
    removeAbandoned(ABANDONED);
  }

  /**
   * Removes what writers left that died before they committed.
   *
   * @param untouched how long nothing may have been written to it; zero where it is sure that
   *     nobody else writes
   */
  public void removeAbandoned(Duration untouched) {
    Instant before = Instant.now().minus(untouched);
    try {
      for (String attempt : protocol.uncommitted(storage)) {
        if (!lastTouched(attempt).isAfter(before)) {
          storage.delete(attempt);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String nameOf(long step) {
    return "step-%08d".formatted(step);
  }

  /**
   * Commits an attempt.
   *
   * @throws LostLeaseException if the writer isn't the one any more
   * @return false if a whole checkpoint of the step was there before it, which stays
   */
  boolean commit(long step, String attempt, Manifest manifest) throws IOException {
    byte[] bytes = ManifestFile.encode(manifest);
    beforeCommit.run();
    while (!protocol.commit(storage, nameOf(step), attempt, bytes)) {
      Optional<Checkpoint> first = wholeAt(step);
      if (first.isPresent()) {
        reportDifference(first.get(), manifest);
        return false;
      }
      protocol.displace(storage, nameOf(step));
    }
    return true;
  }

  private Optional<Checkpoint> wholeAt(long step) {
    return openReportingDamage(step)
        .flatMap(found -> loadReportingDamage(found, CheckpointFolder::verified));
  }

  private static Checkpoint verified(Checkpoint checkpoint) {
    checkpoint.verify();
    return checkpoint;
  }

  private void reportDifference(Checkpoint first, Manifest second) {
    for (String file : second.files().keySet()) {
      FileEntry kept = first.manifest().files().get(file);
      if (kept == null || !kept.sha256().equals(second.files().get(file).sha256())) {
        LOG.warn(
            "{} was written twice; the second {} differed and was dropped", first.location(), file);
      }
    }
  }

  private Optional<Checkpoint> openReportingDamage(long step) {
    try {
      return Optional.of(at(step));
    } catch (FormatException e) {
      if (!isUnderWay(step)) {
        onDamage.accept(passedOver(e));
      }
      return Optional.empty();
    }
  }

  private <T> Optional<T> loadReportingDamage(
      Checkpoint checkpoint, Function<Checkpoint, T> loader) {
    try {
      return Optional.of(loader.apply(checkpoint));
    } catch (FormatException e) {
      if (!checkpoint.foundDamaged()) {
        throw e; // Whole, but not what the loader wants: an older one would not be either.
      }
      onDamage.accept(passedOver(e));
      return Optional.empty();
    }
  }

  private static String passedOver(FormatException e) {
    return "A checkpoint is passed over: " + e.getMessage();
  }

  private boolean isUnderWay(long step) {
    try {
      return protocol.mayBeUnderWay() && !storage.exists(nameOf(step) + "/" + ManifestFile.NAME);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(long step) {
    try {
      protocol.remove(storage, nameOf(step));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant lastTouched(String folder) throws IOException {
    List<String> files = storage.list(folder);
    Instant last = files.isEmpty() ? storage.modified(folder) : Instant.MIN;
    for (String file : files) {
      Instant touched = storage.modified(folder + "/" + file);
      last = touched.isAfter(last) ? touched : last;
    }
    return last;
  }

  private List<Long> steps() {
    try {
      return storage.list("").stream()
          .map(STEP::matcher)
          .filter(Matcher::matches)
          .map(name -> Long.parseLong(name.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + location() + ": " + e.getMessage(), e);
    }
  }
}
