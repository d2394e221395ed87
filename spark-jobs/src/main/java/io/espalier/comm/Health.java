package io.espalier.comm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether a family of communicators still works, or why not: the first reason stays. */
final class Health {
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Records a reason, unless there is one; returns whether it was the first. */
  boolean fail(String why) {
    boolean first = reason.compareAndSet(null, why);
    if (first) {
      listeners.forEach(Runnable::run);
    }
    return first;
  }

  /** Calls something short when the family fails, such as waking a thread that waits. */
  void onFailure(Runnable listener) {
    listeners.add(listener);
    if (isFailed()) {
      listener.run();
    }
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  boolean isFailed() {
    return reason.get() != null;
  }

  @Nullable String reason() {
    return reason.get();
  }

  /** Throws the first reason, if there is one. */
  void check() {
    String why = reason.get();
    if (why != null) {
      throw new CommunicatorException(why);
    }
  }

  /** Records a reason and returns the first one as an exception to throw. */
  CommunicatorException failed(String why) {
    fail(why);
    String first = reason.get();
    return new CommunicatorException(first == null ? why : first);
  }
}
