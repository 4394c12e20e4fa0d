package ci.assay.cli.process;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Handles SIGINT, SIGTERM and, where it is asked to, SIGHUP instead of ending the process. A
 * shutdown hook would not work: all hooks run at the same time, so the embedded broker's own hook
 * would stop the broker while workers still finish their runs. {@code sun.misc.Signal} is called by
 * reflection because the warning that javac gives for its name cannot be turned off.
 */
final class Signals {

  private static final int KILLED_BY_INTERRUPT = 130;

  private Signals() {}

  /** Calls {@code first} at the first such signal; the second one ends the process at once. */
  static void onStop(Runnable first) {
    boolean[] came = {false};
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (!method.getName().equals("handle")) {
            return method.getName().equals("hashCode") ? 0 : null;
          }
          if (came[0]) {
            Runtime.getRuntime().halt(KILLED_BY_INTERRUPT);
          }
          came[0] = true;
          first.run();
          return null;
        };
    for (String name : List.of("INT", "TERM")) {
      register(name, handler);
    }
  }

  /** Calls {@code action} at each SIGHUP. */
  static void onHangup(Runnable action) {
    register(
        "HUP",
        (proxy, method, arguments) -> {
          if (method.getName().equals("handle")) {
            action.run();
          }
          return method.getName().equals("hashCode") ? 0 : null;
        });
  }

  private static void register(String name, InvocationHandler handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> listener = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(listener.getClassLoader(), new Class<?>[] {listener}, handler);
      signal
          .getMethod("handle", signal, listener)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot listen for SIG" + name, e);
    }
  }
}
