package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What happens to clusters; each constant does it to a training that is under way. */
enum ClusterFault {
  EXECUTOR_KILLED {
    @Override
    void strike(Disturbance to) throws Exception {
      to.executorOf(to.anyWorker()).destroyForcibly();
    }
  },

  /** By the kernel, whose control group has no memory left. */
  OUT_OF_MEMORY {
    @Override
    String missing() {
      return Files.isWritable(MEMORY_GROUPS)
          ? ""
          : MEMORY_GROUPS + " can't be written: no memory limit can be set";
    }

    @Override
    void strike(Disturbance to) throws Exception {
      ProcessHandle executor = to.executorOf(to.anyWorker());
      Path group = Files.createDirectory(MEMORY_GROUPS.resolve("espalier-" + executor.pid()));
      try {
        Files.writeString(group.resolve("memory.limit_in_bytes"), "1M");
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(executor.pid()));
        executor.onExit().get(60, TimeUnit.SECONDS);
        assertThat(Files.readString(group.resolve("memory.oom_control"))).contains("oom_kill 1");
      } finally {
        Files.delete(group);
      }
    }
  },

  WORKER_KILLED {
    @Override
    void strike(Disturbance to) throws Exception {
      int worker = to.anyWorker();
      ProcessHandle process = to.worker(worker);
      process.destroyForcibly();
      process.onExit().join();
      to.cluster().startWorker(worker, WORKER_OPTIONS);
    }
  },

  /** The master finds workers and applications again in its recovery folder. */
  MASTER_KILLED {
    @Override
    void strike(Disturbance to) throws Exception {
      ProcessHandle master = to.cluster().process("master");
      master.destroyForcibly();
      master.onExit().join();
      to.cluster().startMaster();
      to.cluster().awaitWorkers(2);
    }
  },

  DRIVER_KILLED {
    @Override
    void strike(Disturbance to) throws Exception {
      to.driver().kill();
      to.driver().awaitEndOfExecutors("no other");
      to.driver().start();
    }
  },

  /**
   * Worker and executor stop for longer than Spark waits for heartbeats, and wake up as zombies.
   */
  HOST_FROZEN {
    @Override
    void strike(Disturbance to) throws Exception {
      int worker = to.anyWorker();
      ProcessHandle executor = to.executorOf(worker);
      Map<String, Long> before = to.experts().steps();
      Shell.signal(to.worker(worker), "STOP");
      Shell.signal(executor, "STOP");
      try {
        to.awaitRecovery(before);
      } finally {
        Shell.signal(executor, "CONT");
        Shell.signal(to.worker(worker), "CONT");
      }
    }
  },

  /** A host that is taken away with notice: its trainings are saved before it goes. */
  DECOMMISSIONED {
    @Override
    void strike(Disturbance to) throws Exception {
      int worker = to.anyWorker();
      ProcessHandle executor = to.executorOf(worker);
      Shell.signal(to.worker(worker), "PWR");
      executor.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS); // It has nothing left to do.
      to.worker(worker).destroyForcibly();
      to.worker(worker).onExit().join();
      to.cluster().startWorker(worker, WORKER_OPTIONS);
    }
  },

  DISK_FULL {
    @Override
    String missing() throws Exception {
      return RunDisk.withoutMounts();
    }

    @Override
    void strike(Disturbance to) throws Exception {
      Path ballast = to.disk().fill();
      to.awaitRefusal("no space left on device");
      Files.delete(ballast);
      to.driver().start();
    }
  },

  /** As a kernel makes a disk that has errors. */
  DISK_READ_ONLY {
    @Override
    String missing() throws Exception {
      return RunDisk.withoutMounts();
    }

    @Override
    void strike(Disturbance to) throws Exception {
      Path run = to.experts().run();
      to.disk().makeReadOnly(run);
      try {
        to.awaitRefusal("read-only file system");
      } finally {
        to.disk().makeWritable(run);
      }
      to.driver().start();
    }
  },

  /** Checkpoints take seconds each; all wait, and nothing fails. */
  DISK_SLOW {
    @Override
    String missing() throws Exception {
      return RunDisk.withoutThrottle();
    }

    @Override
    RunDisk disk(Path folder) throws Exception {
      return RunDisk.onDevice(folder);
    }

    @Override
    void strike(Disturbance to) throws Exception {
      to.disk().limitWrites(SLOW_BYTES_PER_SECOND);
      try {
        to.awaitRecovery(to.experts().steps());
      } finally {
        to.disk().limitWrites(0);
      }
    }
  },

  /** A host's cable is pulled for longer than Spark waits; what it computes meanwhile is late. */
  HOST_CUT_OFF {
    @Override
    FaultSetting setting() {
      return FaultSetting.EXPERTS_ON_HOSTS;
    }

    @Override
    void strike(Disturbance to) throws Exception {
      int worker = to.anyWorker();
      Map<String, Long> before = to.experts().steps();
      to.cluster().network().cutOff(worker);
      try {
        to.awaitRecovery(before);
      } finally {
        to.cluster().network().reconnect(worker);
      }
    }
  },

  /** Two ranks don't hear from each other, while Spark hears from both. */
  RANKS_SEPARATED {
    @Override
    FaultSetting setting() {
      return FaultSetting.RANKS_ON_HOSTS;
    }

    @Override
    void strike(Disturbance to) throws Exception {
      to.cluster().network().separate(0, 1);
      try {
        to.awaitFailedRank();
      } finally {
        to.cluster().network().rejoin(0, 1);
      }
    }
  };

  /** Workers pass the news of their own end on. */
  static final List<String> WORKER_OPTIONS = List.of("-Dspark.decommission.enabled=true");

  private static final Path MEMORY_GROUPS = Path.of("/sys/fs/cgroup/memory");
  private static final int GRACE_SECONDS = 30;

  /** A checkpoint of these tests has 5 MB. */
  private static final long SLOW_BYTES_PER_SECOND = 2_000_000;

  /** Does it; returns when the cluster is whole again and the driver at work. */
  abstract void strike(Disturbance to) throws Exception;

  /** What it is done to. */
  FaultSetting setting() {
    return FaultSetting.EXPERTS;
  }

  /** What the run lies on. */
  RunDisk disk(Path folder) throws Exception {
    return RunDisk.in(folder);
  }

  /** Why it can't be done on this machine; empty if it can. */
  String missing() throws Exception {
    return setting().hasHosts() ? HostNetwork.missing() : "";
  }
}
