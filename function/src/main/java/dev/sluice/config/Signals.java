package dev.sluice.config;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/// The signals that ask the process to end.
///
/// A shutdown hook alone would come too late: ONNX Runtime has one of its own, which frees what
/// runs still use, and all hooks run at the same time. So the service stops first, and then the
/// process ends with its hooks.
final class Signals {
  private static final int STATUS_OF_SIGNAL = 128;

  private Signals() {}

  /// Stops on SIGTERM, SIGINT and SIGHUP, then ends the process. Only the first signal counts.
  ///
  /// @param stop called once, on a thread of its own
  static void stop(Runnable stop) {
    var stopping = new AtomicBoolean();
    try {
      // Not by its name in the code: the compiler warns of this class, and cannot be told
      // otherwise.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler handling =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle") && stopping.compareAndSet(false, true)) {
              Object number = signal.getMethod("getNumber").invoke(arguments[0]);
              begin(stop, STATUS_OF_SIGNAL + (int) number);
            }
            return null;
          };
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handler}, handling);
      for (String name : new String[] {"TERM", "INT", "HUP"}) {
        Object which = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, which, ours);
      }
    } catch (ReflectiveOperationException otherMachine) {
      Runtime.getRuntime().addShutdownHook(new Thread(stop, "shutdown"));
    }
  }

  private static void begin(Runnable stop, int status) {
    new Thread(
            () -> {
              try {
                stop.run();
              } finally {
                System.exit(status);
              }
            },
            "shutdown")
        .start();
  }
}
