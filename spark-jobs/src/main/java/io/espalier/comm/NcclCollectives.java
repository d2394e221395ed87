package io.espalier.comm;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.function.IntSupplier;

/**
 * One rank's end of a group over NCCL. What lies on the host (a loss, a norm, a checkpoint's
 * slices) goes over the host's sockets; what lies on devices never touches the host. Work goes to
 * the device's default stream, behind what PyTorch has queued there, and is waited for, so that a
 * rank that dies meanwhile, which the host's sockets tell, fails the call instead of hanging the
 * device. What ranks call isn't compared before they call it, which would cost more than the call;
 * ranks that call differently wait until the deadline.
 */
final class NcclCollectives implements Collectives {
  private final NcclDevice device;
  private final Nccl nccl;
  private final Group host;
  private final double timeoutSeconds;
  private final Pointer communicator;
  private boolean destroyed;

  private NcclCollectives(
      NcclDevice device, Group host, double timeoutSeconds, Pointer communicator) {
    this.device = device;
    this.nccl = device.nccl();
    this.host = host;
    this.timeoutSeconds = timeoutSeconds;
    this.communicator = communicator;
  }

  /**
   * Starts NCCL between ranks that are connected on the host.
   *
   * @param host taken over, and closed with the result
   */
  static Group over(Group host, NcclDevice device, double timeoutSeconds) {
    Nccl nccl = device.nccl();
    Nccl.UniqueId.ByValue id = shareUniqueId(host, nccl);
    device.cuda().cudaSetDevice(device.number());
    PointerByReference communicator = new PointerByReference();
    int started =
        nccl.ncclCommInitRankConfig(
            communicator, host.size(), id, host.rank(), Nccl.Config.notBlocking());
    NcclCollectives collectives =
        new NcclCollectives(device, host, timeoutSeconds, communicator.getValue());
    collectives.settle(started, "the start");
    return new Group(host.rank(), host.size(), collectives);
  }

  private static Nccl.UniqueId.ByValue shareUniqueId(Group host, Nccl nccl) {
    Nccl.UniqueId.ByValue id = new Nccl.UniqueId.ByValue();
    if (host.rank() == 0) {
      int result = nccl.ncclGetUniqueId(id);
      if (result != Nccl.SUCCESS) {
        throw new CommunicatorException(
            "rank 0 can't make NCCL's unique id: " + nccl.ncclGetErrorString(result));
      }
    }
    HostMemory bytes = HostMemory.allocate(ElementType.INT64, Nccl.UNIQUE_ID_BYTES / Long.BYTES);
    bytes.buffer().put(id.internal);
    Call call = new Call(0, Call.Kind.BROADCAST, ElementType.INT64, bytes.elements(), 0);
    host.collectives().broadcast(call, bytes);
    bytes.buffer().get(id.internal);
    return id;
  }

  @Override
  public void allReduce(Call call, Memory memory) {
    if (memory instanceof HostMemory) {
      host.collectives().allReduce(call, memory);
      return;
    }
    Pointer place = pointer(memory);
    int operation = call.kind() == Call.Kind.SUM ? Nccl.SUM : Nccl.MAX;
    run(
        call,
        () ->
            nccl.ncclAllReduce(
                place, place, count(call), type(call), operation, communicator, null));
  }

  @Override
  public void allGather(Call call, Memory slice, Memory whole) {
    if (slice instanceof HostMemory) {
      host.collectives().allGather(call, slice, whole);
      return;
    }
    run(
        call,
        () ->
            nccl.ncclAllGather(
                pointer(slice), pointer(whole), count(call), type(call), communicator, null));
  }

  @Override
  public void reduceScatter(Call call, Memory whole, Memory slice) {
    if (slice instanceof HostMemory) {
      host.collectives().reduceScatter(call, whole, slice);
      return;
    }
    run(
        call,
        () ->
            nccl.ncclReduceScatter(
                pointer(whole),
                pointer(slice),
                count(call),
                type(call),
                Nccl.SUM,
                communicator,
                null));
  }

  @Override
  public void broadcast(Call call, Memory memory) {
    if (memory instanceof HostMemory) {
      host.collectives().broadcast(call, memory);
      return;
    }
    Pointer place = pointer(memory);
    run(
        call,
        () ->
            nccl.ncclBroadcast(
                place, place, count(call), type(call), call.root(), communicator, null));
  }

  @Override
  public void barrier(Call call) {
    host.collectives().barrier(call);
  }

  @Override
  public Group split(Call call, int color, int key) {
    Group part = host.collectives().split(call, color, key);
    return part.size() == 1 ? part : over(part, device, timeoutSeconds);
  }

  @Override
  public Health health() {
    return host.collectives().health();
  }

  @Override
  public void abort(String reason) {
    host.collectives().abort(reason);
  }

  @Override
  public void close() {
    if (!destroyed) {
      destroyed = true;
      nccl.ncclCommDestroy(communicator);
    }
    host.collectives().close();
  }

  private static Pointer pointer(Memory memory) {
    return new Pointer(((DeviceMemory) memory).address());
  }

  private static NativeLong count(Call call) {
    return new NativeLong(call.elements());
  }

  private static int type(Call call) {
    return Nccl.type(call.type());
  }

  private void run(Call call, IntSupplier function) {
    device.cuda().cudaSetDevice(device.number());
    settle(function.getAsInt(), call);
    Deadline deadline = Deadline.in(timeoutSeconds);
    int state = device.cuda().cudaStreamQuery(null);
    while (state == CudaRuntime.NOT_READY) {
      requireHope(asyncError(), call, deadline);
      state = device.cuda().cudaStreamQuery(null);
    }
    if (state != CudaRuntime.SUCCESS) {
      throw fail(call, device.cuda().cudaGetErrorString(state));
    }
  }

  /** Waits until a function that doesn't block has done its part on the host. */
  private void settle(int result, Object what) {
    Deadline deadline = Deadline.in(timeoutSeconds);
    int state = result;
    while (state == Nccl.IN_PROGRESS) {
      state = asyncError();
      requireHope(state, what, deadline);
    }
    if (state != Nccl.SUCCESS) {
      throw fail(what, nccl.ncclGetErrorString(state));
    }
  }

  private int asyncError() {
    IntByReference error = new IntByReference();
    int result = nccl.ncclCommGetAsyncError(communicator, error);
    return result == Nccl.SUCCESS ? error.getValue() : result;
  }

  private void requireHope(int state, Object what, Deadline deadline) {
    if (health().isFailed()) {
      throw fail(what, "the family failed");
    }
    if (state != Nccl.SUCCESS && state != Nccl.IN_PROGRESS) {
      throw fail(what, nccl.ncclGetErrorString(state));
    }
    if (deadline.isOver()) {
      throw fail(what, "no end within %s s, which is timeout_seconds".formatted(timeoutSeconds));
    }
    Thread.onSpinWait();
  }

  /** Tells the others, and ends what runs on the device. */
  private CommunicatorException fail(Object what, String reason) {
    abort("NCCL in %s: %s".formatted(what, reason));
    if (!destroyed) {
      destroyed = true;
      nccl.ncclCommAbort(communicator);
    }
    return health().failed(reason);
  }
}
