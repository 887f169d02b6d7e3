package dev.sluice.e2e;

import dev.sluice.e2e.RawConnection.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// Several connections at once.
final class Crowd {
  private static final int CONNECTIONS = 6;

  private Crowd() {}

  /// Sends all requests over a few connections; the answers in the order of the requests.
  static List<Answer> ask(RunningService service, List<byte[]> requests) throws Exception {
    var tasks = new ArrayList<Callable<List<Answer>>>();
    int each = (requests.size() + CONNECTIONS - 1) / CONNECTIONS;
    for (int from = 0; from < requests.size(); from += each) {
      List<byte[]> part = requests.subList(from, Math.min(from + each, requests.size()));
      tasks.add(() -> askInTurn(service, part));
    }
    var answers = new ArrayList<Answer>(requests.size());
    together(tasks).forEach(answers::addAll);
    return answers;
  }

  private static List<Answer> askInTurn(RunningService service, List<byte[]> requests)
      throws IOException {
    var answers = new ArrayList<Answer>(requests.size());
    while (answers.size() < requests.size()) {
      try (RawConnection connection = service.connect()) {
        answers.addAll(connection.exchangeAll(requests.subList(answers.size(), requests.size())));
      }
    }
    return answers;
  }

  /// How often each status came.
  static Map<Integer, Long> statuses(List<Answer> answers) {
    return answers.stream()
        .collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
  }

  /// How often each variant answered.
  static Map<String, Long> variants(List<Answer> answers) {
    return answers.stream()
        .collect(Collectors.groupingBy(Answer::variant, TreeMap::new, Collectors.counting()));
  }

  /// Runs all tasks at once and waits for them; one that fails fails the whole.
  static <T> List<T> together(List<? extends Callable<T>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<T>();
      for (Future<T> result : threads.invokeAll(tasks)) {
        try {
          results.add(result.get());
        } catch (ExecutionException failed) {
          throw new AssertionError("one of several at once failed", failed.getCause());
        }
      }
      return results;
    }
  }
}
