package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unix-domain sockets, in a folder that only the user can open: processes of one machine. */
@JsonTypeName("unix")
public record UnixBackend() implements CommBackend {

  @Override
  public void require(Introductions ranks) {
    ranks.requireSame(this, "on one machine", Introduction::machine, "tcp or auto");
  }

  @Override
  public Communicator connect(Meeting meeting) {
    return SocketMeeting.connect(meeting, () -> open(meeting.me().rank()));
  }

  private static SocketMeeting.Open open(int rank) {
    Path temporary = SocketAddresses.temporaryFolder();
    SocketFolders.removeAbandoned(temporary);
    try {
      Path folder = SocketFolders.create(temporary);
      Path socket = folder.resolve("rank-" + rank);
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        listener.bind(UnixDomainSocketAddress.of(socket), SocketMeeting.BACKLOG);
      } catch (IOException | RuntimeException e) {
        listener.close();
        Files.deleteIfExists(folder);
        throw e;
      }
      return new SocketMeeting.Open(
          listener, SocketAddresses.text(socket), () -> delete(socket, folder));
    } catch (IOException e) {
      throw new ConfigException(
          "java.io.tmpdir is %s but no socket can be made there (%s); a folder with a short path that this user can write to would work"
              .formatted(temporary, e.getMessage()),
          e);
    }
  }

  private static void delete(Path socket, Path folder) {
    try {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // The folder of temporary files is cleaned up by others as well.
    }
  }
}
