package io.espalier.storage;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** One client's connection and its counterpart to the server; requests one after the other. */
final class ProxiedConnection {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long DELAY_MILLIS = 300;
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  private final Socket client;
  private final Socket upstream;
  private final Traffic traffic;
  private final InputStream fromClient;
  private final OutputStream toClient;
  private final InputStream fromUpstream;
  private final OutputStream toUpstream;

  ProxiedConnection(Socket client, Socket upstream, Traffic traffic) throws IOException {
    this.client = client;
    this.upstream = upstream;
    this.traffic = traffic;
    fromClient = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
    toClient = client.getOutputStream();
    fromUpstream = new BufferedInputStream(upstream.getInputStream(), BUFFER_BYTES);
    toUpstream = upstream.getOutputStream();
  }

  /** Until one side ends or a fault does. */
  void relay(Function<HttpHead, Fault> faults) throws IOException {
    Optional<HttpHead> request = HttpHead.read(fromClient);
    while (request.isPresent()) {
      traffic.begin(request.get());
      try {
        if (!exchange(request.get(), faults.apply(request.get()))) {
          return;
        }
      } finally {
        traffic.end(request.get());
      }
      request = HttpHead.read(fromClient);
    }
  }

  /**
   * @return whether the connection lives on
   */
  private boolean exchange(HttpHead request, Fault fault) throws IOException {
    switch (fault) {
      case RESET_BEFORE -> {
        return reset();
      }
      case SLOW_DOWN -> {
        return refuse(request, "503 Slow Down", "SlowDown", "Please reduce your request rate.");
      }
      case INTERNAL_ERROR -> {
        return refuse(
            request, "500 Internal Server Error", "InternalError", "We encountered an error.");
      }
      case CLOCK_SKEW -> {
        return refuse(
            request,
            "403 Forbidden",
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.");
      }
      case HALF_SENT -> {
        forward(request, request.contentLength() / 2);
        return reset();
      }
      case DELAYED -> pause();
      case NONE, RESET_AFTER, TRUNCATED -> {}
    }
    forward(request, request.contentLength());
    HttpHead answer = HttpHead.read(fromUpstream).orElseThrow(EOFException::new);
    boolean hasBody = !request.method().equals("HEAD") && answer.status() != 204;
    if (fault == Fault.RESET_AFTER) {
      return reset();
    }
    toClient.write(answer.bytes());
    if (hasBody && answer.isChunked()) {
      copyChunks();
    } else if (hasBody && fault == Fault.TRUNCATED) {
      copy(fromUpstream, toClient, answer.contentLength() / 2);
      return reset();
    } else if (hasBody) {
      traffic.received(copy(fromUpstream, toClient, answer.contentLength()));
    }
    return true;
  }

  private void forward(HttpHead request, long bodyBytes) throws IOException {
    if (request.isChunked()) {
      throw new IOException("no client of ours sends chunks");
    }
    toUpstream.write(request.without("expect").bytes());
    letBodyCome(request);
    traffic.sent(copy(fromClient, toUpstream, bodyBytes));
  }

  private void letBodyCome(HttpHead request) throws IOException {
    if (request.asksFirst()) {
      toClient.write(CONTINUE);
    }
  }

  private boolean refuse(HttpHead request, String status, String code, String message)
      throws IOException {
    letBodyCome(request);
    copy(fromClient, OutputStream.nullOutputStream(), request.contentLength());
    String body = "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, body.length());
    toClient.write(ascii(request.method().equals("HEAD") ? head : head + body));
    return true;
  }

  /** A reset instead of an orderly end: what is under way is lost. */
  private boolean reset() throws IOException {
    client.setSoLinger(true, 0);
    client.close();
    upstream.setSoLinger(true, 0);
    upstream.close();
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(DELAY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void copyChunks() throws IOException {
    long size;
    do {
      String line = line(fromUpstream);
      toClient.write(ascii(line));
      size = Long.parseLong(line.replaceFirst("[;\r].*(?s).*", ""), 16);
      traffic.received(copy(fromUpstream, toClient, size));
      toClient.write(ascii(line(fromUpstream)));
    } while (size > 0);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() == 0 || line.charAt(line.length() - 1) != '\n') {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private static long copy(InputStream in, OutputStream out, long bytes) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = bytes;
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
