package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFoldersTest {
  @TempDir private Path temporary;

  @Test
  void whatAKilledProcessLeftIsRemoved() throws Exception {
    Path folder = folderOf(ended());
    listenAt(folder).close(); // Java leaves the file of a closed socket, as a kill does.
    assertThat(folder.resolve("rank-0")).exists();

    SocketFolders.removeAbandoned(temporary);

    assertThat(folder).doesNotExist();
  }

  @Test
  void aFolderOfALivingProcessStays() throws IOException {
    Path folder = SocketFolders.create(temporary);
    SocketFolders.removeAbandoned(temporary);
    assertThat(folder).exists();
  }

  @Test
  void aSocketThatIsAnsweredStaysThoughItsProcessIsNotSeen() throws Exception {
    Path folder = folderOf(ended());
    try (ServerSocketChannel listener = listenAt(folder)) {
      SocketFolders.removeAbandoned(temporary);
      assertThat(listener.isOpen()).isTrue();
      assertThat(folder.resolve("rank-0")).exists();
    }
  }

  @Test
  void foldersOfOthersStay() throws IOException {
    Path other = Files.createDirectory(temporary.resolve("espalier-comm-notes"));
    SocketFolders.removeAbandoned(temporary);
    assertThat(other).exists();
  }

  /** The number of a process that has ended. */
  private static long ended() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private Path folderOf(long process) throws IOException {
    return Files.createDirectory(temporary.resolve("espalier-comm-%d-1".formatted(process)));
  }

  private static ServerSocketChannel listenAt(Path folder) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return listener.bind(UnixDomainSocketAddress.of(folder.resolve("rank-0")));
  }
}
