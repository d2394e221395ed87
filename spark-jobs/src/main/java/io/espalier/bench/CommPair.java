package io.espalier.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.espalier.comm.CommBackend;
import io.espalier.comm.CommSettings;
import io.espalier.comm.Communicator;
import io.espalier.comm.ElementType;
import io.espalier.comm.HostMemory;
import io.espalier.comm.InProcessBackend;
import io.espalier.comm.Participant;
import io.espalier.comm.Reduction;
import io.espalier.comm.Rendezvous;
import io.espalier.comm.TcpBackend;
import io.espalier.comm.UnixBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Two ranks on this machine: the calling thread, and a thread or process that does the same until
 * {@link #close}.
 */
final class CommPair implements AutoCloseable {
  /** Longer than the other sides need for their turns. */
  private static final double TIMEOUT_SECONDS = 600;

  private static final int END = -1;
  private static final double NANOSECONDS_PER_MICROSECOND = 1e3;
  private static final String MARK = "rank 1: ";

  private final Communicator mine;
  private final Runnable end;

  private CommPair(Communicator mine, Runnable end) {
    this.mine = mine;
    this.end = end;
  }

  /** With a thread of this process. */
  static CommPair inProcess() {
    List<Communicator> both = InProcessBackend.communicators(2, TIMEOUT_SECONDS);
    Thread other = new Thread(() -> follow(both.get(1)), "bench-rank-1");
    other.setDaemon(true);
    other.start();
    return new CommPair(both.get(0), other::interrupt);
  }

  /** With a process of its own. */
  static CommPair overSockets(CommBackend backend) {
    try {
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CommPair.class.getName(),
                  backend.typeName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader from = other.inputReader(UTF_8);
      Writer to = other.outputWriter(UTF_8);
      Communicator mine =
          Rendezvous.meet(
              new CommSettings(backend, TIMEOUT_SECONDS, false),
              participant(0),
              text -> {
                say(to, text);
                return List.of(text, hear(from));
              });
      return new CommPair(mine, other::destroy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process: rank 1. */
  public static void main(String[] arguments) {
    CommBackend backend =
        arguments[0].equals(new UnixBackend().typeName())
            ? new UnixBackend()
            : new TcpBackend(TcpBackend.ANY_PORT);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Communicator mine =
        Rendezvous.meet(
            new CommSettings(backend, TIMEOUT_SECONDS, false),
            participant(1),
            text -> {
              System.out.println(MARK + text);
              return List.of(hear(in), text);
            });
    follow(mine);
  }

  private static Participant participant(int rank) {
    return new Participant(rank, 2, 0, "bench", "127.0.0.1", "cpu");
  }

  private static void say(Writer to, String text) {
    try {
      to.write(MARK + text + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next marked line; a log may write others. */
  private static String hear(BufferedReader from) {
    try {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        if (line.startsWith(MARK)) {
          return line.substring(MARK.length());
        }
      }
      throw new IOException("the other rank's process has ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The median of some all-reduces of float32, each after one of a single element, so that both
   * ranks start at the same time.
   */
  double microseconds(int bytes, int iterations) {
    tell(bytes, iterations);
    return reduce(mine, bytes, iterations);
  }

  private void tell(long bytes, long iterations) {
    HostMemory command = HostMemory.allocate(ElementType.INT64, 2);
    command.buffer().asLongBuffer().put(bytes).put(iterations);
    mine.broadcast(command, 0);
  }

  private static void follow(Communicator rank) {
    try (rank) {
      HostMemory command = HostMemory.allocate(ElementType.INT64, 2);
      rank.broadcast(command, 0);
      LongBuffer values = command.buffer().asLongBuffer();
      while (values.get(0) != END) {
        reduce(rank, (int) values.get(0), (int) values.get(1));
        rank.broadcast(command, 0);
      }
    }
  }

  private static double reduce(Communicator rank, int bytes, int iterations) {
    HostMemory elements = HostMemory.allocate(ElementType.FLOAT32, bytes / Float.BYTES);
    HostMemory tiny = HostMemory.allocate(ElementType.FLOAT32, 1);
    int warmUp = Math.max(3, iterations / 10);
    double[] times = new double[iterations];
    for (int i = -warmUp; i < iterations; i++) {
      rank.allReduce(tiny, Reduction.SUM);
      long start = System.nanoTime();
      rank.allReduce(elements, Reduction.SUM);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / NANOSECONDS_PER_MICROSECOND;
      }
    }
    Arrays.sort(times);
    return times[iterations / 2];
  }

  @Override
  public void close() {
    tell(END, 0);
    mine.close();
    end.run();
  }
}
