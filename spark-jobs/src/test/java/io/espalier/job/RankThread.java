package io.espalier.job;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What an executor's training thread is doing, looked at from outside through the JVM's own
 * management: the product has no hooks for it. A look takes about a millisecond.
 */
final class RankThread implements AutoCloseable {
  private static final String TRAINER = "io.espalier.train.Trainer";

  private final JMXConnector connector;
  private final ThreadMXBean threads;
  private long id = -1;

  private RankThread(JMXConnector connector, ThreadMXBean threads) {
    this.connector = connector;
    this.threads = threads;
  }

  @SuppressWarnings("BanJNDI") // The address is that of a process which this test has started.
  static RankThread in(ProcessHandle executor) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(executor.pid()));
    try {
      JMXConnector connector =
          JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
      return new RankThread(
          connector,
          ManagementFactory.newPlatformMXBeanProxy(
              connector.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class));
    } finally {
      machine.detach();
    }
  }

  /** Its frames of ours, the innermost first; empty while no model is trained. */
  List<StackTraceElement> frames() {
    List<StackTraceElement> known = id < 0 ? List.of() : frames(threads.getThreadInfo(id, 200));
    if (!known.isEmpty()) {
      return known;
    }
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds(), 200)) {
      List<StackTraceElement> frames = frames(thread);
      if (!frames.isEmpty()) {
        id = thread.getThreadId();
        return frames;
      }
    }
    return List.of();
  }

  private static List<StackTraceElement> frames(ThreadInfo thread) {
    Stream<StackTraceElement> all =
        thread == null ? Stream.of() : Arrays.stream(thread.getStackTrace());
    List<StackTraceElement> ours =
        all.filter(frame -> frame.getClassName().startsWith("io.espalier.")).toList();
    return ours.stream().anyMatch(frame -> frame.getClassName().equals(TRAINER)) ? ours : List.of();
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // The process has been killed, as it should be.
    }
  }
}
