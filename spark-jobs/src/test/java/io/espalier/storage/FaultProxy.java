package io.espalier.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and an S3 server: counts what passes, and does to each request what a
 * plan says. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  /** Decides about a request; called by many threads. */
  public interface Plan {
    /**
     * What is to be done to a request.
     *
     * @param number of the request, from 0
     */
    Fault fault(long number, HttpHead request);
  }

  private final ServerSocket server;
  private final int upstreamPort;
  private final Traffic traffic = new Traffic();
  private final AtomicLong requests = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Plan plan = (number, request) -> Fault.NONE;

  private FaultProxy(ServerSocket server, int upstreamPort) {
    this.server = server;
    this.upstreamPort = upstreamPort;
  }

  /** Starts a proxy that changes nothing yet. */
  public static FaultProxy before(S3Server upstream) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), upstream.port());
    daemon(proxy::accept, "fault-proxy").start();
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  public Traffic traffic() {
    return traffic;
  }

  /** From now on requests are numbered from 0 and treated by this plan. */
  public void follow(Plan newPlan) {
    requests.set(0);
    plan = newPlan;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        daemon(() -> serve(client), "fault-proxy-connection").start();
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      open.add(upstream);
      new ProxiedConnection(client, upstream, traffic)
          .relay(request -> plan.fault(requests.getAndIncrement(), request));
      open.remove(upstream);
    } catch (IOException e) {
      // One side is gone: so is the other.
    } finally {
      open.remove(client);
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() throws IOException {
    server.close();
    List<Socket> left = new ArrayList<>(open);
    for (Socket socket : left) {
      socket.close();
    }
  }
}
