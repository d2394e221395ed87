package io.espalier.storage;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a client and an S3 server exchanged: bodies alone, without headers. Thread-safe. */
public final class Traffic {
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();
  private final AtomicInteger partsUnderWay = new AtomicInteger();
  private final AtomicInteger mostPartsAtOnce = new AtomicInteger();

  void begin(HttpHead request) {
    requests.computeIfAbsent(kind(request), kind -> new LongAdder()).increment();
    if (isPart(request)) {
      int now = partsUnderWay.incrementAndGet();
      mostPartsAtOnce.accumulateAndGet(now, Math::max);
    }
  }

  void end(HttpHead request) {
    if (isPart(request)) {
      partsUnderWay.decrementAndGet();
    }
  }

  void sent(long bytes) {
    sentBytes.add(bytes);
  }

  void received(long bytes) {
    receivedBytes.add(bytes);
  }

  /** Forgets what was. */
  public void reset() {
    requests.clear();
    sentBytes.reset();
    receivedBytes.reset();
    mostPartsAtOnce.set(0);
  }

  /** Bytes that the client sent. */
  public long sentBytes() {
    return sentBytes.sum();
  }

  /** Bytes that the client received. */
  public long receivedBytes() {
    return receivedBytes.sum();
  }

  /** How many parts of multipart uploads were under way at the same time, at most. */
  public int mostPartsAtOnce() {
    return mostPartsAtOnce.get();
  }

  /** Requests by kind: GET, HEAD, LIST, PUT, PART, POST, DELETE. */
  public Map<String, Long> requests() {
    Map<String, Long> counts = new TreeMap<>();
    requests.forEach((kind, count) -> counts.put(kind, count.sum()));
    return counts;
  }

  /** Requests of every kind. */
  public long requestCount() {
    return requests().values().stream().mapToLong(Long::longValue).sum();
  }

  private static String kind(HttpHead request) {
    if (isPart(request)) {
      return "PART";
    }
    boolean lists = request.method().equals("GET") && request.target().contains("list-type=2");
    return lists ? "LIST" : request.method();
  }

  static boolean isPart(HttpHead request) {
    return request.method().equals("PUT") && request.target().contains("partNumber=");
  }

  @Override
  public String toString() {
    return "%d requests %s, %.1f MB sent, %.1f MB received"
        .formatted(requestCount(), requests(), sentBytes() / 1e6, receivedBytes() / 1e6);
  }
}
