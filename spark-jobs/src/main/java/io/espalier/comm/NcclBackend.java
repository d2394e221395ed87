package io.espalier.comm;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.comm.CheckedCommunicator.Reach;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * NVIDIA's collectives between accelerators. The ranks meet over sockets of the host, which carry
 * NCCL's unique id, and over which a rank that dies is noticed.
 *
 * @param library name or path of the shared library
 */
@JsonTypeName("nccl")
public record NcclBackend(String library) implements CommBackend {
  /** What the loader finds where NCCL is installed. */
  public static final String USUAL_LIBRARY = "libnccl.so.2";

  private static final String CUDA = "cuda:";

  public NcclBackend {
    Rule.notBlank("library", library);
  }

  @Override
  public void require(Introductions ranks) {
    ranks.requireAccelerators(this);
  }

  @Override
  public Communicator connect(Meeting meeting) {
    AtomicReference<@Nullable NcclDevice> opened = new AtomicReference<>();
    meeting.share(() -> open(meeting, opened));
    CommBackend sockets =
        meeting.ranks().areOnOneMachine() ? new UnixBackend() : new TcpBackend(TcpBackend.ANY_PORT);
    Group host = ((CheckedCommunicator) sockets.connect(meeting)).group();
    NcclDevice device = Objects.requireNonNull(opened.get());
    if (host.size() == 1) {
      return new CheckedCommunicator(host, Reach.HOST_AND_DEVICES);
    }
    try {
      Group group = NcclCollectives.over(host, device, meeting.settings().timeoutSeconds());
      return new CheckedCommunicator(group, Reach.HOST_AND_DEVICES);
    } catch (RuntimeException e) {
      host.collectives().close();
      throw e;
    }
  }

  private String open(Meeting meeting, AtomicReference<@Nullable NcclDevice> opened) {
    opened.set(open(meeting.me().device()));
    return "";
  }

  private NcclDevice open(String device) {
    if (!device.matches(CUDA + "\\d+")) {
      throw new ConfigException(
          "device is %s but must be cuda:<number> for backend nccl".formatted(device));
    }
    int number = Integer.parseInt(device.substring(CUDA.length()));
    return new NcclDevice(Nccl.load(library), CudaRuntime.load(), number);
  }
}
