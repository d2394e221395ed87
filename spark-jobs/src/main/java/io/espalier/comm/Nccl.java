package io.espalier.comm;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.espalier.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The functions of NCCL that are called, under their own names. Thread-safe. */
interface Nccl extends Library {
  int SUCCESS = 0;
  int IN_PROGRESS = 7;
  int UNIQUE_ID_BYTES = 128;
  int SUM = 0;
  int MAX = 2;

  /**
   * Loads the library.
   *
   * @param library name or path
   */
  static Nccl load(String library) {
    try {
      return Native.load(library, Nccl.class);
    } catch (UnsatisfiedLinkError e) {
      throw new ConfigException(
          "backend.library is %s but it can't be loaded; NCCL 2.18 or newer installed as %s or on LD_LIBRARY_PATH, or the path of its file, would work"
              .formatted(library, NcclBackend.USUAL_LIBRARY),
          e);
    }
  }

  /** NCCL's number for a type. */
  static int type(ElementType type) {
    return switch (type) {
      case INT64 -> 4;
      case FLOAT32 -> 7;
      case FLOAT64 -> 8;
      case BFLOAT16 -> 9;
    };
  }

  /** What ranks of one communicator know it by. */
  @Structure.FieldOrder("internal")
  class UniqueId extends Structure {
    /** Opaque. */
    public byte[] internal = new byte[UNIQUE_ID_BYTES];

    /** As an argument. */
    public static final class ByValue extends UniqueId implements Structure.ByValue {}
  }

  /** ncclConfig_t as of NCCL 2.18, which later versions accept by its size and version. */
  @Structure.FieldOrder({
    "size",
    "magic",
    "version",
    "blocking",
    "cgaClusterSize",
    "minCtas",
    "maxCtas",
    "netName",
    "splitShare"
  })
  final class Config extends Structure {
    private static final int MAGIC = 0xcafebeef;
    private static final int VERSION_2_18 = 21_800;
    private static final int UNDEFINED = Integer.MIN_VALUE;

    /** Of this structure, in bytes. */
    public NativeLong size = new NativeLong(0);

    public int magic = MAGIC;
    public int version = VERSION_2_18;

    /** 0: calls return at once, so that a wait for a dead rank can be given up. */
    public int blocking;

    public int cgaClusterSize = UNDEFINED;
    public int minCtas = UNDEFINED;
    public int maxCtas = UNDEFINED;
    public @Nullable Pointer netName;
    public int splitShare = UNDEFINED;

    static Config notBlocking() {
      Config config = new Config();
      config.size = new NativeLong(config.size());
      return config;
    }
  }

  int ncclGetUniqueId(UniqueId id);

  int ncclCommInitRankConfig(
      PointerByReference communicator, int size, UniqueId.ByValue id, int rank, Config config);

  int ncclAllReduce(
      Pointer send,
      Pointer receive,
      NativeLong count,
      int type,
      int operation,
      Pointer communicator,
      @Nullable Pointer stream);

  int ncclReduceScatter(
      Pointer send,
      Pointer receive,
      NativeLong receiveCount,
      int type,
      int operation,
      Pointer communicator,
      @Nullable Pointer stream);

  int ncclAllGather(
      Pointer send,
      Pointer receive,
      NativeLong sendCount,
      int type,
      Pointer communicator,
      @Nullable Pointer stream);

  int ncclBroadcast(
      Pointer send,
      Pointer receive,
      NativeLong count,
      int type,
      int root,
      Pointer communicator,
      @Nullable Pointer stream);

  int ncclCommGetAsyncError(Pointer communicator, IntByReference error);

  int ncclCommAbort(Pointer communicator);

  int ncclCommDestroy(Pointer communicator);

  String ncclGetErrorString(int error);
}
