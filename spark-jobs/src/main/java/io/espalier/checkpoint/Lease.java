package io.espalier.checkpoint;

import io.espalier.config.ConfigException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one process to write, on any file system, until it gives it back or doesn't renew it
 * for a while. Renewed by a thread of its own. Thread-safe.
 *
 * <p>No two clocks are compared: whether a holder is gone is found out by watching its file for as
 * long as the lease lasts. A holder that was only asleep finds out by its {@link #fence}.
 */
public final class Lease implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** Of the duration: one renewal may fail, and a second be late. */
  private static final int RENEWALS_PER_DURATION = 4;

  private static final int LOOKS_PER_DURATION = 20;

  private final LeaseFolder leases;
  private final long epoch;
  private final Consumer<LostLeaseException> onLost;
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
          });
  private LeaseRecord record;

  private Lease(
      LeaseFolder leases, long epoch, LeaseRecord record, Consumer<LostLeaseException> onLost) {
    this.leases = leases;
    this.epoch = epoch;
    this.record = record;
    this.onLost = onLost;
  }

  /**
   * What a process asks for.
   *
   * @param what is to be written, as messages name it
   * @param holder who asks, as messages name it
   * @param duration after which a holder that shows no sign of life has lost it
   * @param onWaiting told once, in a sentence, when a silent holder has to be waited for
   * @param onLost called in the lease's own thread when another took the place
   */
  public record Request(
      String what,
      String holder,
      Duration duration,
      Consumer<String> onWaiting,
      Consumer<LostLeaseException> onLost) {}

  /**
   * Takes a lease, waiting for a holder that shows no sign of life.
   *
   * @param folder of the lease's files, as a URI
   * @throws ConfigException if another holds it and lives (its cause is a {@link
   *     LeaseHeldException}), or the store can't keep two apart
   */
  public static Lease take(Configuration configuration, String folder, Request request) {
    try {
      return take(new LeaseFolder(HadoopStorage.of(configuration, folder)), request);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  static Lease take(LeaseFolder leases, Request request) throws IOException {
    LeaseRecord record = LeaseRecord.begin(request.holder(), request.duration().toMillis());
    while (true) {
      long newest = leases.newest();
      awaitEnd(leases, newest, request);
      if (leases.begin(newest + 1, record)) {
        requireConditionalPuts(leases, newest + 1, request);
        Lease lease = new Lease(leases, newest + 1, record, request.onLost());
        lease.renewRegularly();
        return lease;
      }
    }
  }

  /** Returns when an epoch is over. */
  private static void awaitEnd(LeaseFolder leases, long epoch, Request request) throws IOException {
    Optional<byte[]> seen = leases.read(epoch);
    long seenNanos = System.nanoTime();
    boolean told = false;
    while (seen.isPresent()) {
      LeaseRecord held = LeaseRecord.decode(seen.get());
      long left = seenNanos + held.durationMillis() * 1_000_000 - System.nanoTime();
      if (held.released() || held.process().hasEnded() || left <= 0) {
        return;
      }
      if (!told) {
        request.onWaiting().accept(waiting(held, request));
        told = true;
      }
      pause(Math.max(1, Math.min(left / 1_000_000, held.durationMillis() / LOOKS_PER_DURATION)));
      Optional<byte[]> now = leases.read(epoch);
      if (now.isPresent() && !Arrays.equals(now.get(), seen.get())) {
        LeaseRecord renewed = LeaseRecord.decode(now.get());
        if (!renewed.released()) {
          throw refused(renewed, request);
        }
      }
      seen = now;
    }
  }

  private static String waiting(LeaseRecord held, Request request) {
    return "%s belongs to %s since %s; if that shows no sign of life for %d s, it is taken over"
        .formatted(request.what(), held.holder(), held.since(), seconds(held));
  }

  private static ConfigException refused(LeaseRecord held, Request request) {
    Instant until = Instant.now().plusMillis(held.durationMillis()).truncatedTo(ChronoUnit.SECONDS);
    String sentence =
        "%s is being written by %s since %s, and is its at least until %s; wait for its end, end it, or take another --output"
            .formatted(request.what(), held.holder(), held.since(), until);
    return new ConfigException(sentence, new LeaseHeldException(held.holder()));
  }

  private static long seconds(LeaseRecord held) {
    return (held.durationMillis() + 999) / 1000;
  }

  /** Who lets two begin the same epoch would also lose one of two commits, without a word. */
  private static void requireConditionalPuts(LeaseFolder leases, long epoch, Request request)
      throws IOException {
    if (!leases.refusesSecond(epoch)) {
      leases.delete(epoch);
      throw new ConfigException(
          "%s lies in a store that overwrites what a put with If-None-Match must not; two writers could lose each other's work, so a store with conditional puts (Amazon S3 and most others of 2025 on) is needed"
              .formatted(request.what()));
    }
  }

  private void renewRegularly() {
    long period = Math.max(1, record.durationMillis() / RENEWALS_PER_DURATION);
    Future<?> unused =
        renewing.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void renew() {
    try {
      long newest = leases.newest();
      if (newest != epoch) {
        renewing.shutdown();
        onLost.accept(LostLeaseException.to(leases, epoch, newest));
        return;
      }
      record = record.renewed();
      leases.rewrite(epoch, record);
    } catch (IOException | RuntimeException e) {
      LOG.warn("A lease could not be renewed; it is tried again", e);
    }
  }

  /** Which epoch of the lease this is, from 1. */
  public long epoch() {
    return epoch;
  }

  /** What commits under this lease ask. */
  public Fence fence() {
    return new Fence(leases.storage().nameOf(""), epoch);
  }

  /** Gives the lease back, so that nobody has to wait; does nothing if it was lost. */
  @Override
  public synchronized void close() {
    renewing.shutdownNow();
    try {
      if (leases.newest() == epoch) {
        leases.rewrite(epoch, record.givenBack());
      }
    } catch (IOException e) {
      LOG.warn("A lease could not be given back; it ends by itself", e);
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while waiting").initCause(e);
    }
  }
}
