package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The file system of a run's folder, a small one of its own where that can be had (root is needed),
 * so that it can be full, slow or read-only without harm to others.
 */
final class RunDisk {
  private static final Path THROTTLE =
      Path.of("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device");
  private static final String SIZE = "400m";

  private final Path folder;
  private final boolean mounted;

  /** Such as 7:0; empty where there is no device. */
  private final String device;

  private RunDisk(Path folder, boolean mounted, String device) {
    this.folder = folder;
    this.mounted = mounted;
    this.device = device;
  }

  /** In memory; without root an ordinary folder. */
  static RunDisk in(Path folder) throws Exception {
    Files.createDirectories(folder);
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", folder.toString()};
    return new RunDisk(folder, Shell.succeeds(mount), "");
  }

  /** On a block device, which can be slowed down. */
  static RunDisk onDevice(Path folder) throws Exception {
    Files.createDirectories(folder);
    String image = folder + ".image";
    Shell.run("truncate", "-s", SIZE.toUpperCase(Locale.ROOT), image);
    Shell.run("mkfs.ext4", "-q", "-F", image);
    Shell.run("mount", "-o", "loop", image, folder.toString());
    String numbers = Shell.output("findmnt", "-n", "-o", "MAJ:MIN", folder.toString()).strip();
    return new RunDisk(folder, true, numbers);
  }

  /** Why nothing can be mounted on this machine; empty if it can. */
  static String withoutMounts() throws Exception {
    Path probe = Files.createTempDirectory("espalier-mount");
    boolean can = Shell.succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "" + probe);
    if (can) {
      Shell.run("umount", probe.toString());
    }
    Files.delete(probe);
    return can ? "" : "file systems can't be mounted: root is needed";
  }

  /** Why devices can't be slowed down on this machine; empty if they can. */
  static String withoutThrottle() throws Exception {
    if (!Files.isWritable(THROTTLE)) {
      return THROTTLE + " can't be written: no device can be slowed down";
    }
    return withoutMounts();
  }

  Path folder() {
    return folder;
  }

  /** Nothing fits any more, until what is returned is deleted. */
  Path fill() throws Exception {
    Path ballast = folder.resolve("ballast");
    Shell.succeeds("dd", "if=/dev/zero", "of=" + ballast, "bs=64k"); // Ends when nothing fits.
    return ballast;
  }

  /** What is written to the device waits its turn; 0 = no limit. */
  void limitWrites(long bytesPerSecond) throws Exception {
    assertThat(device).isNotEmpty();
    Files.write(
        THROTTLE,
        (device + " " + bytesPerSecond).getBytes(StandardCharsets.US_ASCII),
        StandardOpenOption.WRITE);
  }

  /** Nothing below a folder can be changed, but by files that are open already. */
  void makeReadOnly(Path below) throws Exception {
    Shell.run("mount", "--bind", "-o", "ro", below.toString(), below.toString());
  }

  /** As before {@link #makeReadOnly}. */
  void makeWritable(Path below) throws Exception {
    Shell.run("umount", "-l", below.toString());
  }

  void unmount() throws Exception {
    if (!device.isEmpty()) {
      limitWrites(0);
    }
    if (mounted) {
      Shell.run("umount", "-l", folder.toString());
    }
  }
}
