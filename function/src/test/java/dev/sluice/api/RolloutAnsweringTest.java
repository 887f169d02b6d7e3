package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.control.Advance;
import dev.sluice.control.Commands;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.LongRollout;
import dev.sluice.control.MemoryStore;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.control.Settings;
import dev.sluice.rollout.Extension;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.Term;
import dev.sluice.routing.Split;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The admin API of rollouts, over a store in memory and without a wire.
class RolloutAnsweringTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CREATE = "{\"version\": \"B\", \"name\": \"b\", \"tags\": [\"t\"]}";
  private static final String CREATE_AND_START = "{\"version\": \"B\", \"start\": true}";

  private Runnable reading = () -> {};
  private final MemoryStore store =
      new MemoryStore() {
        // Several may read at once, as they may from a database.
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public List<Entry.Logged> history(RolloutId id, int limit) {
          reading.run();
          return super.history(id, limit);
        }
      };
  private final Random chance = new Random(1);
  private RolloutParts.Forecast.Guess forecast =
      new RolloutParts.Forecast.Guess.After(Duration.ofMinutes(90));
  private RolloutAnswering answering;

  private record Answered(int status, List<Field> fields, JsonNode body) {
    Optional<String> field(String name) {
      return fields.stream()
          .filter(field -> field.name().equals(name))
          .map(Field::value)
          .findFirst();
    }

    String text(String pointer) {
      return body.at(pointer).asText();
    }
  }

  @BeforeEach
  void set() {
    var weights = new LinkedHashMap<String, Double>();
    weights.put("A", 1.0);
    weights.put("B", 0.0);
    store.write(Settings.NONE.written("digits", Split.of(weights)));
    var commands =
        new Commands(
            store,
            (model, version) -> List.of("A", "B", "C").contains(version),
            5,
            record -> "r" + record.revision(),
            entry -> {},
            () -> {});
    var refusals = new Refusals(new Problems(new JsonText()), new Deaf(), () -> 0);
    answering =
        new RolloutAnswering(
            new RolloutParts(
                commands,
                draft -> forecast,
                (after, atMost) -> List.of(),
                Duration.ofSeconds(60),
                "digits"),
            () -> NOW,
            () -> chance,
            new StrictJson(100_000),
            refusals,
            new Rulings(refusals));
  }

  private Answered ask(String method, String target, String body) throws Exception {
    return ask(method, target, body, Map.of());
  }

  private Answered ask(String method, String target, String body, Map<String, String> headers)
      throws Exception {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    Endpoint.Match match = Endpoint.at(path).orElseThrow();
    var visit =
        new Visit(
            match.endpoint(),
            match.parameters(),
            query < 0 ? Query.NONE : Query.of(target.substring(query + 1)),
            method,
            new Trace("t", Optional.empty()),
            0);
    var head = new Head(method, target, new Told(headers), "10.0.0.1", body.length(), 0);
    Response response = answering.answer(head, visit, body.getBytes(StandardCharsets.UTF_8));
    return new Answered(response.status(), response.fields(), JSON.readTree(response.body()));
  }

  private String create() throws Exception {
    return ask("POST", "/admin/rollouts", CREATE).text("/id");
  }

  /// What the runtime says once everybody has the canary.
  private void load(String id) {
    RolloutRecord record = store.find(new RolloutId(id)).orElseThrow();
    Event loaded = new Event.Reported(new Report.Loaded());
    var next = (Advance.Outcome.Next) Advance.of(record, loaded, NOW);
    var write =
        new Rollouts.Write(
            next.record(),
            Optional.empty(),
            new Entry(
                record.id(),
                record.model(),
                next.record().revision(),
                NOW,
                loaded,
                next.change(),
                "r" + next.record().revision(),
                Optional.empty()));
    assertThatCode(() -> store.write(write)).doesNotThrowAnyException();
  }

  private String running() throws Exception {
    String id = create();
    ask("POST", "/admin/rollouts/" + id + "/start", "");
    load(id);
    return id;
  }

  private int rollouts() throws Exception {
    return ask("GET", "/admin/rollouts", "").body().at("/rollouts").size();
  }

  @Test
  void writesADraftDownAndSaysWhereItIs() throws Exception {
    Answered created = ask("POST", "/admin/rollouts", CREATE);

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.field("Location")).contains("/admin/rollouts/" + created.text("/id"));
    assertThat(created.text("/state")).isEqualTo("draft");
    assertThat(created.text("/created_by")).isEqualTo("admin");
    assertThat(created.text("/stable")).isEqualTo("A");
    assertThat(created.body().at("/forecast/minutes_to_promotion").asInt()).isEqualTo(90);
    assertThat(created.body().at("/possible"))
        .extracting(JsonNode::asText)
        .containsExactly("start", "delete");
    assertThat(ask("GET", "/admin/rollouts/" + created.text("/id"), "").text("/canary"))
        .isEqualTo("B");
  }

  @Test
  void saysWhyThereIsNoForecast() throws Exception {
    forecast = new RolloutParts.Forecast.Guess.NoTraffic();
    JsonNode idle = ask("POST", "/admin/rollouts", CREATE).body().at("/forecast");
    forecast = new RolloutParts.Forecast.Guess.NoProof();
    JsonNode endless = ask("POST", "/admin/rollouts", CREATE).body().at("/forecast");

    assertThat(idle).isEqualTo(JSON.readTree("{\"unknown\": \"no_traffic\"}"));
    assertThat(endless).isEqualTo(JSON.readTree("{\"unknown\": \"no_proof\"}"));
  }

  @Test
  void showsTheDeadlineAsItIsAfterAnExtension() throws Exception {
    RolloutRecord record = store.find(new RolloutId(running())).orElseThrow();
    Rollout it = record.rollout();

    assertThat(new RolloutView(record, NOW).whole().at("/deadline").asText())
        .isEqualTo(NOW.plus(it.plan().terms().deadline()).toString());

    var extended =
        new Rollout(
            it.id(),
            it.model(),
            it.stable(),
            it.canary(),
            it.plan(),
            it.state(),
            it.sight(),
            Optional.of(new Term(NOW, NOW, Extension.USED)),
            it.troubles(),
            it.notes(),
            it.revision());
    var later = new RolloutRecord(record.about(), extended, record.evidence(), record.results());

    assertThat(new RolloutView(later, NOW).whole().at("/deadline").asText())
        .isEqualTo(NOW.plus(it.plan().terms().allowed(Extension.USED)).toString());
  }

  @Test
  void writesNothingOnADryRun() throws Exception {
    Answered looked =
        ask(
            "POST",
            "/admin/rollouts",
            "{\"version\": \"B\", \"dry_run\": true, \"policy\": \"error-ceiling\"}");

    assertThat(looked.status()).isEqualTo(200);
    assertThat(looked.body().has("id")).isFalse();
    assertThat(looked.text("/warnings/0")).contains("only condemn");
    assertThat(rollouts()).isZero();
  }

  @Test
  void startsAtOnceWhereThatIsAskedFor() throws Exception {
    Answered started = ask("POST", "/admin/rollouts", CREATE_AND_START);

    assertThat(started.status()).isEqualTo(201);
    assertThat(started.text("/state")).isEqualTo("starting");
  }

  @Test
  void leavesNoDraftBehindWhereTheStartIsRefused() throws Exception {
    String first = running();

    Answered refused = ask("POST", "/admin/rollouts", "{\"version\": \"C\", \"start\": true}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/detail")).contains(first);
    assertThat(rollouts()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsUnknownWithItsPlace() throws Exception {
    Answered stable = ask("POST", "/admin/rollouts", "{\"version\": \"A\"}");

    assertThat(stable.status()).isEqualTo(400);
    assertThat(stable.text("/errors/0/pointer")).isEqualTo("/version");
    assertThat(ask("POST", "/admin/rollouts", "{\"version\": \"Z\"}").status()).isEqualTo(400);
    assertThat(ask("POST", "/admin/rollouts", "{\"model\": \"cats\", \"version\": \"B\"}").status())
        .isEqualTo(404);
    assertThat(ask("GET", "/admin/rollouts/nobody", "").status()).isEqualTo(404);
    assertThat(ask("GET", "/admin/rollouts/..", "").status()).isEqualTo(404);
    assertThat(ask("POST", "/admin/rollouts/" + create() + "/dance", "").status()).isEqualTo(404);
  }

  @Test
  void doesWhatAPersonSaysAndRemembersWhoAndWhy() throws Exception {
    String id = running();

    Answered paused =
        ask(
            "POST",
            "/admin/rollouts/" + id + "/pause",
            "{\"reason\": \"lunch\"}",
            Map.of("X-Sluice-Actor", "kim"));

    assertThat(paused.status()).isEqualTo(200);
    assertThat(paused.text("/state")).isEqualTo("paused");
    assertThat(paused.text("/cause/actor")).isEqualTo("kim");
    Answered history = ask("GET", "/admin/rollouts/" + id + "/history?limit=1", "");
    assertThat(history.body().at("/history")).hasSize(1);
    assertThat(history.text("/history/0/to")).isEqualTo("paused");
    assertThat(history.text("/history/0/reason")).isEqualTo("lunch");
    assertThat(ask("GET", "/admin/history?model=digits", "").body().at("/history")).hasSize(3);
  }

  @Test
  @Timeout(60)
  void readsOneHistoryAtATime() throws Exception {
    String target = "/admin/rollouts/" + running() + "/history";
    var readers = new AtomicInteger();
    var readOn = new CountDownLatch(1);
    reading =
        () -> {
          readers.incrementAndGet();
          await(readOn);
        };
    List<Thread> callers =
        Stream.generate(() -> Thread.ofPlatform().start(() -> asked(target))).limit(2).toList();

    // Whoever reads waits without an end; whoever waits for a turn does so for a time.
    while (readers.get() < 2 && callers.stream().noneMatch(RolloutAnsweringTest::waitsForATurn)) {
      Thread.onSpinWait();
    }
    int atOnce = readers.get();
    readOn.countDown();
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(atOnce).isLessThan(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopping) {
      throw new IllegalStateException(stopping);
    }
  }

  private static boolean waitsForATurn(Thread caller) {
    return caller.getState() == Thread.State.TIMED_WAITING;
  }

  private void asked(String target) {
    assertThatCode(() -> ask("GET", target, "")).doesNotThrowAnyException();
  }

  @Test
  void saysWhatIsPossibleWhereAVerbIsRefused() throws Exception {
    String id = running();

    Answered refused = ask("POST", "/admin/rollouts/" + id + "/resume", "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/state")).isEqualTo("running");
    assertThat(refused.text("/rollout")).isEqualTo(id);
    assertThat(refused.body().at("/revision").asLong()).isEqualTo(2);
    assertThat(refused.body().at("/possible"))
        .extracting(JsonNode::asText)
        .containsExactly("pause", "promote", "rollback", "stop");
  }

  @Test
  void refusesARevisionThatIsNotCurrent() throws Exception {
    String id = running();

    Answered stale = ask("POST", "/admin/rollouts/" + id + "/pause", "{\"revision\": 1}");

    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.body().at("/revision").asLong()).isEqualTo(2);
    assertThat(ask("POST", "/admin/rollouts/" + id + "/pause", "{\"revision\": 2}").status())
        .isEqualTo(200);
  }

  @Test
  void doesARequestOfAKeyOnce() throws Exception {
    Map<String, String> key = Map.of("Idempotency-Key", "k-1");

    Answered first = ask("POST", "/admin/rollouts", CREATE, key);
    Answered again = ask("POST", "/admin/rollouts", CREATE, key);
    Answered other = ask("POST", "/admin/rollouts", "{\"version\": \"C\"}", key);

    assertThat(first.field("Idempotency-Replayed")).isEmpty();
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.field("Idempotency-Replayed")).contains("true");
    assertThat(again.text("/id")).isEqualTo(first.text("/id"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(rollouts()).isEqualTo(1);
  }

  @Test
  void startsAgainNothingThatWasStarted() throws Exception {
    Map<String, String> key = Map.of("Idempotency-Key", "k-2");
    String id = ask("POST", "/admin/rollouts", CREATE_AND_START, key).text("/id");
    load(id);

    Answered again = ask("POST", "/admin/rollouts", CREATE_AND_START, key);

    assertThat(again.text("/id")).isEqualTo(id);
    assertThat(again.text("/state")).isEqualTo("running");
    assertThat(rollouts()).isEqualTo(1);
  }

  @Test
  void forgetsADraftAndNothingElse() throws Exception {
    String draft = create();
    String id = running();

    assertThat(ask("DELETE", "/admin/rollouts/" + draft, "").status()).isEqualTo(204);
    assertThat(ask("DELETE", "/admin/rollouts/" + id, "").status()).isEqualTo(409);
    assertThat(ask("GET", "/admin/rollouts/" + draft, "").status()).isEqualTo(404);
  }

  @Test
  void explainsWhatARunningRolloutWaitsFor() throws Exception {
    Answered explained = ask("GET", "/admin/rollouts/" + running() + "/explain", "");

    assertThat(explained.text("/sentence")).startsWith("running, step 1 of 4, 1 %");
    assertThat(explained.body().at("/waits_for"))
        .extracting(JsonNode::asText)
        .containsExactly("latency_p95", "error_rate");
    assertThat(explained.text("/guards/0/verdict")).isEqualTo("no_data");
    assertThat(explained.body().at("/guards/0").has("value")).isFalse();
    assertThat(explained.text("/recommendation/reason")).isEqualTo("no_data");
  }

  @Test
  void replaysWhatWasWritten() throws Exception {
    Answered replayed = ask("GET", "/admin/rollouts/" + running() + "/replay", "");

    assertThat(replayed.body().at("/identical").asBoolean()).isTrue();
    assertThat(replayed.body().at("/entries").asInt()).isEqualTo(3);
  }

  @Test
  void leavesOutWhatWasNotMeasured() throws Exception {
    JsonNode canary = ask("GET", "/admin/rollouts/" + running(), "").body().at("/results/canary");

    assertThat(canary.at("/n").asInt()).isZero();
    assertThat(canary.has("p95_ms")).isFalse();
    assertThat(canary.has("success_rate")).isFalse();
    assertThat(canary.has("requests_per_second")).isFalse();
  }

  @Test
  void listsByModelAndTag() throws Exception {
    create();

    assertThat(ask("GET", "/admin/rollouts?tag=t", "").body().at("/rollouts")).hasSize(1);
    assertThat(ask("GET", "/admin/rollouts?tag=u", "").body().at("/rollouts")).isEmpty();
    assertThat(ask("GET", "/admin/rollouts?model=cats", "").body().at("/rollouts")).isEmpty();
  }

  @Test
  void listsThoseThatAreNotOverThoughDraftsAreNewer() throws Exception {
    String active = running();
    create();

    Answered found = ask("GET", "/admin/rollouts?active=true&tag=t", "");

    assertThat(found.body().at("/rollouts")).hasSize(1);
    assertThat(found.text("/rollouts/0/id")).isEqualTo(active);
    assertThat(ask("GET", "/admin/rollouts?active=false", "").body().at("/rollouts")).hasSize(2);
    assertThat(ask("GET", "/admin/rollouts?active=true&tag=u", "").body().at("/rollouts"))
        .isEmpty();
    assertThatThrownBy(() -> ask("GET", "/admin/rollouts?active=maybe", ""))
        .isInstanceOf(BadHead.class)
        .hasMessageContaining("true or false");
    assertThatThrownBy(() -> ask("GET", "/admin/rollouts?limit=0", "")).isInstanceOf(BadHead.class);
  }

  @Test
  void refusesTextsThatCannotBeShown() throws Exception {
    for (String text : List.of("a\\u0000b", "\\u001b[2J", "\\u0085", "\\ud800", "\\udc00x")) {
      assertThatThrownBy(
              () ->
                  ask(
                      "POST",
                      "/admin/rollouts",
                      "{\"version\":\"B\",\"description\":\"%s\"}".formatted(text)))
          .as(text)
          .isInstanceOf(BadBody.class)
          .hasMessageContaining("cannot be shown");
    }
    assertThatThrownBy(
            () -> ask("POST", "/admin/rollouts", "{\"version\":\"B\",\"name\":\"a\\nb\"}"))
        .isInstanceOf(BadBody.class)
        .hasMessageContaining("one line");
    String shown = "{\"version\":\"B\",\"description\":\"a\\r\\n\\tb \\ud83d\\ude00\"}";
    assertThat(ask("POST", "/admin/rollouts", shown).status()).isEqualTo(201);
  }

  @Test
  void takesNobodyForTheJudge() {
    for (String name : List.of("judge", "clock", "runtime", "", " x", "a".repeat(65), "ä")) {
      assertThatThrownBy(() -> Person.of(new Told(Map.of("X-Sluice-Actor", name))))
          .isInstanceOf(BadHead.class);
    }
  }

  @Test
  void showsARolloutOverTimeAndThenWhatIsNew() throws Exception {
    LongRollout rollout = new LongRollout().windows(5, 0.01);
    rollout.writeTo(store);
    Answered first = ask("GET", "/admin/rollouts/r1/series", "");
    String after = "?after=" + first.text("/sequence") + "&points=2";

    Answered nothing = ask("GET", "/admin/rollouts/r1/series" + after, "");

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body().path("points")).hasSize(5);
    assertThat(first.text("/events/0/to")).isEqualTo("starting");
    assertThat(first.text("/window_seconds")).isEqualTo("60");
    JsonNode point = first.body().at("/points/4");
    assertThat(point.path("seconds").asInt()).isEqualTo(10);
    assertThat(point.path("share").asInt()).isEqualTo(25);
    assertThat(point.at("/stable/requests").asInt()).isEqualTo(300);
    assertThat(point.at("/canary/p95_ms").asDouble()).isPositive();
    assertThat(point.at("/guards/0/harm_threshold").isNumber()).isTrue();
    assertThat(point.at("/guards/0/safe_threshold").isNumber()).isTrue();
    assertThat(point.at("/split/expected").asDouble()).isEqualTo(25);
    assertThat(point.at("/split/observed").asDouble()).isEqualTo(25);
    assertThat(point.at("/split/threshold_log10").asDouble()).isEqualTo(3);
    assertThat(nothing.body().path("points")).isEmpty();
    assertThat(nothing.text("/sequence")).isEqualTo(first.text("/sequence"));
  }

  @Test
  void hasNoSeriesOfWhatIsNotThereOrWasForgotten() throws Exception {
    String draft = create();
    assertThat(ask("GET", "/admin/rollouts/" + draft + "/series", "").status()).isEqualTo(200);
    ask("DELETE", "/admin/rollouts/" + draft, "");

    assertThat(ask("GET", "/admin/rollouts/" + draft + "/series", "").status()).isEqualTo(404);
    assertThat(ask("GET", "/admin/rollouts/nobody/series", "").status()).isEqualTo(404);
    assertThatThrownBy(() -> ask("GET", "/admin/rollouts/r1/series?points=1", ""))
        .isInstanceOf(BadHead.class);
    assertThatThrownBy(() -> ask("GET", "/admin/rollouts/r1/series?points=601", ""))
        .isInstanceOf(BadHead.class);
  }
}
