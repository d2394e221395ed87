package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.espalier.config.ConfigException;
import org.junit.jupiter.api.Test;

/** NCCL against the plain reference, where two accelerators are; values are chosen to be exact. */
class NcclContractTest {
  private static final int SIZE = 2;
  private static final int ELEMENTS = 30_011;
  private static final int TO_DEVICE = 1;
  private static final int TO_HOST = 2;

  /** What the test needs of the CUDA runtime besides. */
  interface Cuda extends Library {
    int cudaGetDeviceCount(IntByReference count);

    int cudaSetDevice(int device);

    int cudaMalloc(PointerByReference address, NativeLong bytes);

    int cudaMemcpy(Pointer to, Pointer from, NativeLong bytes, int direction);
  }

  @Test
  void collectivesEqualTheReference() throws Exception {
    assumeTrue(isInstalled(), "NCCL or the CUDA runtime isn't installed");
    Cuda cuda = Native.load(CudaRuntime.LIBRARY, Cuda.class);
    IntByReference devices = new IntByReference();
    cuda.cudaGetDeviceCount(devices);
    assumeTrue(devices.getValue() >= SIZE, "there are fewer than two accelerators");

    TestGroup.InOneJvm exchange = new TestGroup.InOneJvm(SIZE);
    CommSettings settings = TestGroup.settings(new NcclBackend(NcclBackend.USUAL_LIBRARY));
    try (Ranks ranks = new Ranks(SIZE)) {
      ranks.answers(
          rank -> {
            Participant me =
                new Participant(rank, SIZE, 0, "the same", "127.0.0.1", "cuda:" + rank);
            try (Communicator one = Rendezvous.meet(settings, me, exchange.of(rank))) {
              assertSumsAndGathers(one, cuda);
              try (Communicator part = one.split(0, -rank)) {
                assertThat(part.rank()).isEqualTo(SIZE - 1 - rank);
                assertSumsAndGathers(part, cuda);
              }
            }
            return rank;
          });
    }
  }

  private static void assertSumsAndGathers(Communicator one, Cuda cuda) {
    cuda.cudaSetDevice(one.rank());
    HostMemory values = HostMemory.allocate(ElementType.FLOAT32, ELEMENTS * SIZE);
    for (int i = 0; i < values.elements(); i++) {
      Values.set(values, i, i * (one.rank() + 1));
    }
    DeviceMemory device = toDevice(values, cuda);
    one.allReduce(device, Reduction.SUM);
    HostMemory sum = toHost(device, cuda);
    for (int i = 0; i < values.elements(); i++) {
      assertThat(Values.get(sum, i)).isEqualTo(i * 3f);
    }
    DeviceMemory slice = device.slice((long) one.rank() * ELEMENTS, ELEMENTS);
    one.reduceScatter(device, slice);
    one.allGather(slice, device);
    one.broadcast(device, 1);
    one.barrier();
    one.allReduce(values, Reduction.SUM); // Which lies on the host and stays there.
    assertThat(Values.get(values, 1)).isEqualTo(3f);
    assertThat(Values.get(toHost(device, cuda), ELEMENTS)).isEqualTo(ELEMENTS * 6f);
  }

  private static DeviceMemory toDevice(HostMemory values, Cuda cuda) {
    PointerByReference address = new PointerByReference();
    NativeLong bytes = new NativeLong(values.bytes());
    assertThat(cuda.cudaMalloc(address, bytes)).isZero();
    Pointer source = Native.getDirectBufferPointer(values.buffer());
    assertThat(cuda.cudaMemcpy(address.getValue(), source, bytes, TO_DEVICE)).isZero();
    return new DeviceMemory(
        Pointer.nativeValue(address.getValue()), values.type(), values.elements());
  }

  private static HostMemory toHost(DeviceMemory device, Cuda cuda) {
    HostMemory values = HostMemory.allocate(device.type(), (int) device.elements());
    Pointer target = Native.getDirectBufferPointer(values.buffer());
    NativeLong bytes = new NativeLong(device.bytes());
    assertThat(cuda.cudaMemcpy(target, new Pointer(device.address()), bytes, TO_HOST)).isZero();
    return values;
  }

  private static boolean isInstalled() {
    try {
      Nccl.load(NcclBackend.USUAL_LIBRARY);
      CudaRuntime.load();
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }
}
