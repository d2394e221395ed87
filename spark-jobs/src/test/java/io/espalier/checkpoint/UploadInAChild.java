package io.espalier.checkpoint;

import io.espalier.storage.S3Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A process that has begun to upload parts of a file and doesn't finish: to be killed. */
final class UploadInAChild {
  private static final int BYTES = 12 << 20;
  private static final String READY = "parts are under way";

  private UploadInAChild() {}

  /** Returns when the upload has begun. */
  static Process start(S3Server server, String file, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add(UploadInAChild.class.getName());
    command.add(file);
    for (Map.Entry<String, String> setting : server.settings().entrySet()) {
      command.add(setting.getKey() + "=" + setting.getValue());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(folder.resolve("upload.err").toFile()).start();
    var out = process.inputReader();
    String line = out.readLine();
    while (line != null && !line.equals(READY)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the child ended");
    }
    return process;
  }

  /** Waits, until it is killed, with two parts handed to the store's client. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    for (String setting : List.of(arguments).subList(1, arguments.length)) {
      String[] keyAndValue = setting.split("=", 2);
      configuration.set(keyAndValue[0], keyAndValue[1]);
    }
    configuration.set("fs.s3a.multipart.size", "5M");
    String file = arguments[0];
    int slash = file.lastIndexOf('/');
    Storage storage = HadoopStorage.of(configuration, file.substring(0, slash));
    WritableFile writing = storage.create(file.substring(slash + 1));
    writing.write(ByteBuffer.allocate(BYTES));
    System.out.println(READY);
    Thread.sleep(Long.MAX_VALUE);
  }
}
