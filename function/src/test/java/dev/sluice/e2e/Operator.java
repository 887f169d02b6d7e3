package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Somebody who writes to one model over the admin API, one write after the other, and remembers
/// what was promised: each write is acknowledged, refused, or, where the service died under it,
/// open. What is open is sent again after the restart, under the same key.
final class Operator {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_DRAFTS = 40;
  // Said within about half a minute: a rollout needs a whole window for its first evidence.
  private static final int WORDS_OF_A_ROLLOUT = 100;
  // Shares are kept in basis points.
  private static final int SAMPLES = 10_000;

  final String model;
  private final String canary;
  private final boolean configures;
  private final SplittableRandom chance;
  private final Set<String> tried = new HashSet<>();
  private final Map<String, String> drafts = new HashMap<>();
  private final Deque<String> oldest = new ArrayDeque<>();
  private final Set<String> gone = new HashSet<>();
  private final Map<String, Rollout> rollouts = new HashMap<>();
  private final Set<String> unchecked = new HashSet<>();
  // Looked at by others, too.
  private volatile Optional<String> current = Optional.empty();
  private List<String> possible = List.of();
  private Optional<Write> open = Optional.empty();
  private double sample;
  private Optional<Double> openSample = Optional.empty();
  private int serial;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private int refused;
  private int again;

  /// What was said to a rollout that was begun, by the words that it was said with.
  private record Rollout(Set<String> done, Set<String> open) {
    Rollout() {
      this(new HashSet<>(), new HashSet<>());
    }
  }

  /// A write as it is sent, and what its answer means.
  private record Write(
      String method, String path, String body, String key, Acknowledged acknowledged) {}

  private interface Acknowledged {
    void by(JsonNode body);
  }

  /// @param configures whether it also changes how the model's requests are copied. Each change
  ///     leaves a window out of the evidence, so its rollouts never have any
  Operator(String model, String canary, boolean configures, SplittableRandom chance) {
    this.model = model;
    this.canary = canary;
    this.configures = configures;
    this.chance = chance;
  }

  /// The rollout that this operator has to do with.
  Optional<String> current() {
    return current;
  }

  int acknowledged() {
    return acknowledged.get();
  }

  int refused() {
    return refused;
  }

  /// Writes that were open when the service died, and were sent again.
  int again() {
    return again;
  }

  int begun() {
    return rollouts.size();
  }

  /// One write.
  ///
  /// @return false when the service is gone
  boolean write(RunningService service) throws Exception {
    int drawn = chance.nextInt(10);
    if (drawn < 2 && configures) {
      return send(service, sampling());
    }
    if (drawn < 5 || oldest.size() < 3) {
      return send(service, oldest.size() < MOST_DRAFTS ? draft() : deletion());
    }
    if (drawn < 7) {
      return send(service, deletion());
    }
    try {
      refresh(service);
    } catch (IOException died) {
      return false;
    }
    return send(service, word().orElseGet(this::draft));
  }

  private Write draft() {
    String name = token();
    String body =
        """
        {"model":"%s","version":"%s","name":"%s","steps":[10,30,50],"promotion":"manual",
         "window_seconds":10,"min_windows_per_step":1,"min_windows_total":2,
         "guards":[{"metric":"success_rate","kind":"minimum","bound":0.9}]}\
        """
            .formatted(model, canary, name);
    return new Write(
        "POST",
        "/admin/rollouts",
        body,
        name,
        answer -> {
          String id = answer.path("id").asText();
          drafts.put(id, name);
          oldest.add(id);
        });
  }

  private Write deletion() {
    String id = oldest.remove();
    drafts.remove(id);
    return new Write("DELETE", "/admin/rollouts/" + id, "", "", answer -> gone.add(id));
  }

  private Write sampling() {
    double next = (double) (++serial % SAMPLES) / SAMPLES;
    openSample = Optional.of(next);
    return new Write(
        "POST",
        "/admin/config",
        "{\"model\":\"%s\",\"shadow_enabled\":true,\"shadow_sample\":%s}"
            .formatted(model, Double.toString(next)),
        "",
        answer -> {
          sample = next;
          openSample = Optional.empty();
        });
  }

  private Optional<Write> word() {
    if (current.isEmpty()) {
      String id = oldest.remove();
      drafts.remove(id);
      current = Optional.of(id);
      rollouts.put(id, new Rollout());
      return Optional.of(said(id, "start"));
    }
    String id = current.get();
    boolean enough = begun(id).done().size() >= WORDS_OF_A_ROLLOUT;
    return List.of(enough ? "rollback" : "pause", "resume", "rollback").stream()
        .filter(possible::contains)
        .filter(verb -> enough || !verb.equals("rollback") || possible.contains("promote"))
        .findFirst()
        .map(verb -> said(id, verb));
  }

  private Write said(String id, String verb) {
    String reason = token();
    Rollout rollout = begun(id);
    rollout.open().add(reason);
    unchecked.add(id);
    return new Write(
        "POST",
        "/admin/rollouts/" + id + "/" + verb,
        "{\"reason\":\"" + reason + "\"}",
        reason,
        answer -> {
          rollout.open().remove(reason);
          rollout.done().add(reason);
          look(answer);
        });
  }

  private Rollout begun(String id) {
    return rollouts.getOrDefault(id, new Rollout());
  }

  private String token() {
    String token = model + "-" + ++serial;
    tried.add(token);
    return token;
  }

  private boolean send(RunningService service, Write write) throws Exception {
    open = Optional.of(write);
    HttpResponse<String> answer;
    try {
      answer =
          write.key().isEmpty()
              ? service.operate(write.method(), write.path(), write.body())
              : service.send(
                  write.method(),
                  write.path(),
                  write.body(),
                  "Authorization",
                  "Bearer " + RunningService.ADMIN,
                  "X-Sluice-Actor",
                  model,
                  "Idempotency-Key",
                  write.key());
    } catch (IOException died) {
      return false;
    }
    open = Optional.empty();
    assertThat(answer.statusCode()).as(write + ": " + answer.body()).isIn(200, 201, 204, 404, 409);
    if (answer.statusCode() < 300) {
      acknowledged.incrementAndGet();
      write.acknowledged().by(answer.body().isEmpty() ? JSON.nullNode() : tree(answer));
    } else {
      refused++;
      refresh(service);
    }
    return true;
  }

  /// Where the rollout stands that this operator has to do with.
  private void refresh(RunningService service) throws Exception {
    if (current.isPresent()) {
      look(tree(service.operate("GET", "/admin/rollouts/" + current.get(), "")));
    }
  }

  private void look(JsonNode rollout) {
    possible = new ArrayList<>();
    rollout.path("possible").forEach(verb -> possible.add(verb.asText()));
    if (!possible.contains("rollback") && !possible.contains("start")) {
      current = Optional.empty();
    }
  }

  /// Holds a service that has just come up to what was promised, and sends again what was open.
  void check(RunningService service) throws Exception {
    checkDrafts(service);
    checkSample(service);
    for (String id : Set.copyOf(unchecked)) {
      checkRollout(service, id);
    }
    unchecked.clear();
    refresh(service);
    if (open.isPresent()) {
      again++;
      assertThat(send(service, open.get())).isTrue();
    }
    openSample = Optional.empty();
    sample = shadowSample(service);
    refresh(service);
    current.ifPresent(unchecked::add);
  }

  /// The same for everything that was ever begun.
  void checkAll(RunningService service) throws Exception {
    unchecked.addAll(rollouts.keySet());
    check(service);
  }

  private void checkDrafts(RunningService service) throws Exception {
    JsonNode list =
        tree(service.operate("GET", "/admin/rollouts?limit=1000&model=" + model, ""))
            .path("rollouts");
    Set<String> ids = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (JsonNode each : list) {
      ids.add(each.path("id").asText());
      names.add(each.path("name").asText());
    }
    assertThat(ids).as("acknowledged drafts of %s", model).containsAll(drafts.keySet());
    assertThat(ids).as("begun rollouts of %s", model).containsAll(rollouts.keySet());
    assertThat(gone).as("deleted drafts of %s", model).noneMatch(ids::contains);
    assertThat(names).as("made once, of %s", model).doesNotHaveDuplicates();
    assertThat(tried).as("never asked for, of %s", model).containsAll(names);
  }

  private void checkSample(RunningService service) throws Exception {
    double found = shadowSample(service);
    List<Double> allowed = new ArrayList<>(List.of(sample));
    openSample.ifPresent(allowed::add);
    assertThat(allowed).as("shadow_sample of %s", model).contains(found);
  }

  private double shadowSample(RunningService service) throws Exception {
    return tree(service.operate("GET", "/admin/config", ""))
        .path("models")
        .path(model)
        .path("shadow_sample")
        .asDouble();
  }

  private void checkRollout(RunningService service, String id) throws Exception {
    String path = "/admin/rollouts/" + id;
    List<String> reasons = new ArrayList<>();
    tree(service.operate("GET", path + "/history?limit=1000", ""))
        .path("history")
        .forEach(
            line -> {
              if (line.path("actor").asText().equals(model)) {
                reasons.add(line.path("reason").asText());
              }
            });
    Rollout rollout = begun(id);
    Set<String> said = new HashSet<>(rollout.done());
    said.addAll(rollout.open());
    assertThat(reasons).as("history of %s", id).doesNotHaveDuplicates();
    assertThat(reasons).as("acknowledged for %s", id).containsAll(rollout.done());
    assertThat(said).as("never said to %s", id).containsAll(reasons);
    JsonNode replay = tree(service.operate("GET", path + "/replay", ""));
    assertThat(replay.path("identical").asBoolean()).as("replay of %s: %s", id, replay).isTrue();
  }

  private static JsonNode tree(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return JSON.readTree(answer.body());
  }
}
