import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/// The traffic of `scripts/digits`: held-out digits, sent at a steady rate until SIGTERM, each
/// request by a caller of its own. What the digits really are is known, and is reported as the
/// outcome of each answer.
///
///     java scripts/lib/DigitLoad.java URL[,URL…] REQUESTS_A_SECOND
///
/// Of several URLs, replicas of one service, each gets its turn.
///
/// At the end it prints who answered how many requests, and how many were not answered.
final class DigitLoad {
  private static final Path DIGITS = Path.of("models/samples/held-out.csv");
  private static final int SIDE = 8;
  private static final int PICTURES = 24;
  // A service that hangs is not buried; what would be sent then counts as not answered.
  private static final int MOST_AT_ONCE = 64;
  private static final int FIRST = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern FIRST_LABEL = Pattern.compile("\"labels\":\\[\"([^\"]*)\"");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> unanswered = new ConcurrentHashMap<>();
  private final List<String> urls;
  private final List<Digit> digits;

  private DigitLoad(List<String> urls, List<Digit> digits) {
    this.urls = urls;
    this.digits = digits;
  }

  /// @param json its picture, as an item of a request
  private record Digit(String label, String json) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var load = new DigitLoad(List.of(arguments[0].split(",")), digits());
    Runtime.getRuntime().addShutdownHook(new Thread(load::summarise));
    load.run(Integer.parseInt(arguments[1]));
  }

  private static List<Digit> digits() throws IOException {
    var digits = new ArrayList<Digit>();
    for (String line : Files.readAllLines(DIGITS)) {
      int[] row = Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray();
      digits.add(new Digit(Integer.toString(row[0]), "{\"image_b64\":\"" + png(row) + "\"}"));
    }
    return digits;
  }

  /// @param row the label, then the pixels
  private static String png(int[] row) throws IOException {
    var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      picture.getRaster().setSample(i % SIDE, i / SIDE, 0, row[1 + i]);
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private void run(int perSecond) throws InterruptedException {
    // One after another at first: a client that has just begun is slow, and would send in gusts.
    for (int i = 0; i < FIRST; i++) {
      places.acquire();
      send(i);
    }
    if (answered.isEmpty()) {
      System.err.printf(
          "none of the first %d requests was answered: %s; going on%n", FIRST, text(unanswered));
    }
    long start = System.nanoTime();
    for (int i = FIRST; ; i++) {
      long wait = start + (i - FIRST) * 1_000_000_000L / perSecond - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(Duration.ofNanos(wait));
      }
      if (places.tryAcquire()) {
        int number = i;
        Thread.startVirtualThread(() -> send(number));
      } else {
        count(unanswered, "not sent, as %d were under way".formatted(MOST_AT_ONCE));
      }
    }
  }

  private void send(int number) {
    String url = urls.get(number % urls.size());
    try {
      List<Digit> some =
          IntStream.range(0, PICTURES)
              .mapToObj(i -> digits.get((number * PICTURES + i) % digits.size()))
              .toList();
      HttpResponse<String> answer =
          post(
              url + "/v1/infer",
              some.stream().map(Digit::json).collect(Collectors.joining(",", "{\"inputs\":[", "]}")),
              "caller-" + number);
      if (answer.statusCode() == 200) {
        String version = answer.headers().firstValue("X-Model-Variant").orElse("?");
        count(answered, version);
        Optional<String> token = answer.headers().firstValue("Outcome-Token");
        if (token.isPresent()) {
          report(url, token.get(), right(answer.body(), some));
        }
      } else {
        count(unanswered, "status " + answer.statusCode());
      }
    } catch (IOException away) {
      count(unanswered, away.toString());
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  /// The part of the pictures that was read as what they are.
  private static double right(String answer, List<Digit> sent) {
    Matcher labels = FIRST_LABEL.matcher(answer);
    int right = 0;
    for (Digit digit : sent) {
      if (labels.find() && labels.group(1).equals(digit.label())) {
        right++;
      }
    }
    return (double) right / sent.size();
  }

  private void report(String url, String token, double reward)
      throws IOException, InterruptedException {
    post(url + "/v1/feedback", "{\"token\":\"%s\",\"reward\":%s}".formatted(token, reward), "teacher");
  }

  private HttpResponse<String> post(String url, String json, String caller)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("X-User-Id", caller)
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static void count(Map<String, LongAdder> counts, String what) {
    counts.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  private void summarise() {
    System.out.println("requests answered: " + text(answered));
    System.out.println("requests not answered: " + text(unanswered));
  }

  private static String text(Map<String, LongAdder> counts) {
    long all = counts.values().stream().mapToLong(LongAdder::sum).sum();
    return new TreeMap<>(counts)
        .entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", ", all + (all > 0 ? " (" : ""), all > 0 ? ")" : ""));
  }
}
