package io.espalier.comm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders in which ranks open their sockets. A rank removes its own when it leaves; those of
 * killed processes are removed by the next rank of the user on that machine. The folder's name says
 * whose it is.
 */
final class SocketFolders {
  private static final String PREFIX = "espalier-comm-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+");
  private static final Logger LOG = LoggerFactory.getLogger(SocketFolders.class);

  private SocketFolders() {}

  /** A new folder that only the user can open. */
  static Path create(Path temporary) throws IOException {
    return Files.createTempDirectory(temporary, PREFIX + ProcessHandle.current().pid() + "-");
  }

  /** Removes what killed processes left. What can't be removed stays, and is nobody's loss. */
  static void removeAbandoned(Path temporary) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : folders) {
        if (Files.isReadable(folder) && isOfNobody(folder)) {
          remove(folder);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Looking for abandoned sockets in {}", temporary, e);
    }
  }

  /**
   * Containers that share a folder may not see one another's processes, but their sockets. A folder
   * without a socket is one whose socket is about to come.
   */
  private static boolean isOfNobody(Path folder) throws IOException {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    if (!name.matches() || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent()) {
      return false;
    }
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder)) {
      boolean hasSockets = false;
      for (Path socket : sockets) {
        hasSockets = true;
        if (isAnswered(socket)) {
          return false;
        }
      }
      return hasSockets;
    }
  }

  private static boolean isAnswered(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (ConnectException e) {
      return false; // Refused: the file is there, but nobody listens.
    }
  }

  private static void remove(Path folder) throws IOException {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder)) {
      for (Path socket : sockets) {
        Files.deleteIfExists(socket);
      }
    }
    Files.deleteIfExists(folder);
    LOG.info("Removed {}, which a process left that was killed", folder);
  }
}
