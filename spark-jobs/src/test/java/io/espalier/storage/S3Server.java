package io.espalier.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * A real S3 server (S3Proxy over a folder) in a process of its own, with its own libraries. The
 * module {@code s3-server} resolves its class path.
 */
public final class S3Server implements AutoCloseable {
  public static final String BUCKET = "orchard";

  /** Where tests run: the folder of a module beside the server's. */
  private static final Path MODULE = Path.of("../s3-server").toAbsolutePath().normalize();

  private static final String IDENTITY = "local-identity";
  public static final String CREDENTIAL = "local-credential";

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server with one empty bucket and waits until it answers.
   *
   * @param folder for its objects and its log
   */
  public static S3Server start(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
    Path properties =
        Files.writeString(
            folder.resolve("s3proxy.properties"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, IDENTITY, CREDENTIAL, folder.resolve("objects")));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                java.toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + MODULE.resolve("logback.xml"),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString()));
    builder
        .environment()
        .put("CLASSPATH", Files.readString(MODULE.resolve("target/class-path")).trim());
    Path log = folder.resolve("s3proxy.log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    S3Server server = new S3Server(builder.start(), port);
    server.awaitAnswer(log);
    return server;
  }

  public int port() {
    return port;
  }

  /** Hadoop's settings of a client that talks to this server. */
  public Map<String, String> settings() {
    return settings(port);
  }

  /** The same through a proxy on this machine. */
  public static Map<String, String> settings(int port) {
    return new TreeMap<>(
        Map.of(
            "fs.s3a.endpoint",
            "http://127.0.0.1:" + port,
            "fs.s3a.endpoint.region",
            "us-east-1",
            "fs.s3a.path.style.access",
            "true",
            "fs.s3a.access.key",
            IDENTITY,
            "fs.s3a.secret.key",
            CREDENTIAL));
  }

  /** Settings as a configuration; file systems aren't shared with others of the same bucket. */
  public static Configuration configuration(Map<String, String> settings) {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    configuration.setBoolean("fs.s3a.impl.disable.cache", true);
    return configuration;
  }

  private void awaitAnswer(Path log) throws IOException, InterruptedException {
    while (!answers()) {
      if (!process.isAlive()) {
        throw new IOException("The S3 server ended: " + Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
