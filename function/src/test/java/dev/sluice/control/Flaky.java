package dev.sluice.control;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntPredicate;

/// A store that is away at chosen calls: before the call is done, or after it, so that only its
/// answer is lost.
final class Flaky {
  private final Store behind;
  private int calls;
  private IntPredicate refuses = call -> false;
  private IntPredicate losesAnswer = call -> false;

  Flaky(Store behind) {
    this.behind = behind;
  }

  void away() {
    refuses = call -> true;
  }

  void back() {
    refuses = call -> false;
    losesAnswer = call -> false;
  }

  void refusing(IntPredicate which) {
    refuses = which;
  }

  void losingAnswers(IntPredicate which) {
    losesAnswer = which;
  }

  Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              int call = calls++;
              if (refuses.test(call)) {
                throw new StoreUnavailable("away");
              }
              try {
                Object answer = method.invoke(behind, arguments);
                if (losesAnswer.test(call)) {
                  throw new StoreUnavailable("the answer is lost");
                }
                return answer;
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }
}
