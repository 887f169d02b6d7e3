package dev.sluice.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The requests of callers. Each is by a caller of its own, as shares go by callers.
final class Predictions {
  // The rest are pictures.
  private static final int TEXTS_OF_TEN = 4;

  private final Digits digits = Digits.heldOut();
  private final AtomicLong number = new AtomicLong();

  /// Six of ten a picture of a digit, two a sentence, two a short message.
  Iterator<Map<String, Object>> mixed() {
    return Stream.generate(() -> mixed(number.getAndIncrement())).iterator();
  }

  /// Pictures, so many in each request.
  Iterator<Map<String, Object>> pictures(int each) {
    return Stream.generate(() -> pictures(number.getAndIncrement(), each)).iterator();
  }

  private Map<String, Object> mixed(long n) {
    long turn = n % 10;
    if (turn < TEXTS_OF_TEN) {
      String body =
          turn < TEXTS_OF_TEN / 2
              ? "{\"sentence\":\"I love this!\"}"
              : "{\"sms\":\"You won a free prize! Call now\"}";
      return Map.of("path", "/predict", "name", "text", "body", body, "caller", "load-" + n);
    }
    return pictures(n, 1);
  }

  private Map<String, Object> pictures(long n, int each) {
    Digits.Sheet sheet = digits.sheet(n, each);
    return Map.of(
        "path",
        "/v1/infer",
        "name",
        "digits",
        "body",
        sheet.body(),
        "sheet",
        sheet,
        "caller",
        "load-" + n);
  }

  /// Sends what the feeder gives, and keeps of the answer what is counted.
  static ChainBuilder measured(Iterator<Map<String, Object>> feeder) {
    return feed(feeder).exec(request("#{name}"));
  }

  /// The same, in no statistics.
  static ChainBuilder silent(Iterator<Map<String, Object>> feeder) {
    return feed(feeder).exec(exec(request("warm up").silent()));
  }

  private static HttpRequestActionBuilder request(String name) {
    return http(name)
        .post("#{path}")
        .header("X-User-Id", "#{caller}")
        .header("Content-Type", "application/json")
        .body(StringBody("#{body}"))
        .check(
            status().saveAs("status"),
            responseTimeInMillis().saveAs("milliseconds"),
            header("X-Model-Variant").optional().saveAs("version"),
            header("Outcome-Token").optional().saveAs("token"),
            bodyString().saveAs("answer"),
            // The last one, so that the rest is there when it fails. Gatling counts as failed what
            // the
            // tally does, but for 503: see Gate.
            bodyString()
                .transformWithSession((body, session) -> session.getInt("status"))
                .in(200, 429, 503));
  }

  /// Counts what [#measured] has kept.
  static void count(Session session, Tally tally) {
    boolean answered = session.contains("status");
    tally.count(
        answered ? session.getInt("status") : 0,
        answered ? session.getInt("milliseconds") : 0,
        session.contains("version") ? String.valueOf(session.getString("version")) : "");
  }
}
