package io.espalier.train;

import java.nio.file.Path;

/** A training in a process of its own, which stops for good after an update, to be killed there. */
final class TrainingInAChild {
  private TrainingInAChild() {}

  /**
   * Trains until it hangs.
   *
   * @param arguments the folder, and the update to stop after
   */
  public static void main(String[] arguments) {
    TinyRun run = TinyRun.in(Path.of(arguments[0]));
    long stopAfter = Long.parseLong(arguments[1]);
    run.train(run.planner().dense(), "killed", hangingAfter(stopAfter));
  }

  private static TrainingListener hangingAfter(long stopAfter) {
    return new TrainingListener() {
      @Override
      public void updated(long step, double loss) {
        if (step == stopAfter) {
          System.out.println("hanging after " + step);
          hang();
        }
      }
    };
  }

  private static void hang() {
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
