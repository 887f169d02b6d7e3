package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.About;
import dev.sluice.control.Advance;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Verb;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.GuardReport;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Outlook;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Recommendation;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Stay;
import dev.sluice.rollout.Trouble;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rollout as JSON: what people see of it. What is not known is left out.
///
/// @param now of the one who looks
record RolloutView(RolloutRecord record, Instant now) {

  /// A line of the list.
  ObjectNode brief() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Rollout rollout = record.rollout();
    node.put("id", record.id().value());
    node.put("revision", record.revision());
    node.put("model", record.model());
    node.put("stable", rollout.stable());
    node.put("canary", rollout.canary());
    about(record.about(), node);
    times(rollout, node);
    node.put("state", rollout.state().word());
    rollout.state().place().ifPresent(stay -> place(stay, rollout.plan(), node));
    node.put("steps", rollout.plan().steps().size());
    node.set("share", Decimals.node(rollout.share().percent()));
    node.put("mode", WireWords.of(rollout.plan().mode()));
    node.put("headline", Advance.sentence(record, now));
    cause(rollout.state()).ifPresent(cause -> EntryView.cause(cause, node.putObject("cause")));
    possible(Verb.possible(rollout, now), node);
    return node;
  }

  /// All of it.
  ObjectNode whole() {
    ObjectNode node = brief();
    Rollout rollout = record.rollout();
    evidence(node);
    ArrayNode troubles = node.putArray("troubles");
    rollout.troubles().present().forEach(trouble -> troubles.add(trouble(trouble)));
    ArrayNode notes = node.putArray("notes");
    rollout.notes().forEach(note -> notes.add(note(note)));
    node.set("results", ResultsView.of(record.results()));
    node.set("plan", PlanBody.write(rollout.plan()));
    return node;
  }

  /// Why it stands where it stands.
  ObjectNode explanation() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Rollout rollout = record.rollout();
    node.put("id", record.id().value());
    node.put("revision", record.revision());
    node.put("state", rollout.state().word());
    node.put("sentence", Advance.sentence(record, now));
    node.set("next_share", Decimals.node(rollout.nextShare().percent()));
    evidence(node);
    return node;
  }

  private void evidence(ObjectNode node) {
    Rollout rollout = record.rollout();
    Share next = rollout.nextShare();
    List<GuardReport> reports = rollout.plan().judge().report(record.evidence(), rollout.share());
    ArrayNode guards = node.putArray("guards");
    reports.forEach(report -> guards.add(GuardView.of(report, next)));
    ObjectNode split = node.putObject("split");
    split.put("verdict", WireWords.of(record.evidence().split().verdict()));
    split.set("expected", Decimals.node(rollout.share().percent()));
    GuardView.put(split, "evidence_log10", record.evidence().split().logE() / Math.log(10));
    node.put("windows", record.evidence().windows());
    Recommendation.of(rollout, now)
        .ifPresent(
            advised -> {
              ObjectNode recommendation = node.putObject("recommendation");
              recommendation.put("advice", WireWords.of(advised.advice()));
              recommendation.put("reason", WireWords.of(advised.reason()));
            });
    waiting(rollout, reports, next, node);
  }

  private void waiting(Rollout rollout, List<GuardReport> reports, Share next, ObjectNode node) {
    if (!(rollout.state() instanceof State.Running)) {
      return;
    }
    ArrayNode waiting = node.putArray("waits_for");
    reports.stream()
        .map(GuardReport::finding)
        .filter(finding -> finding.guard().role() == Guard.Role.PACING)
        .filter(finding -> finding.verdict(next.fraction()) != Verdict.SAFE)
        .forEach(finding -> waiting.add(finding.guard().name()));
    remaining(rollout).ifPresent(left -> node.set("minutes_to_promotion", minutes(left)));
    rollout
        .term()
        .ifPresent(
            term ->
                node.put(
                    "deadline",
                    term.since()
                        .plus(rollout.plan().terms().allowed(term.extension()))
                        .toString()));
    node.put("on_timeout", WireWords.of(rollout.plan().terms().onTimeout()));
  }

  private Optional<Duration> remaining(Rollout rollout) {
    return Outlook.remaining(rollout, rollout.plan().judge(), record.evidence(), now);
  }

  static JsonNode minutes(Duration duration) {
    return Decimals.significant(duration.toMillis() / 60_000.0, 3);
  }

  private static void about(About about, ObjectNode node) {
    node.put("name", about.name());
    node.put("description", about.description());
    ArrayNode tags = node.putArray("tags");
    about.tags().forEach(tags::add);
    node.put("created_by", about.createdBy());
    node.put("created_at", about.createdAt().toString());
  }

  private static void times(Rollout rollout, ObjectNode node) {
    rollout.term().ifPresent(term -> node.put("started_at", term.start().toString()));
    ended(rollout.state()).ifPresent(at -> node.put("ended_at", at.toString()));
  }

  private static Optional<Instant> ended(State state) {
    return switch (state) {
      case State.Draft draft -> Optional.empty();
      case State.Starting starting -> Optional.empty();
      case State.Running running -> Optional.empty();
      case State.Paused paused -> Optional.empty();
      case State.Completed done -> done.waiting() ? Optional.empty() : Optional.of(done.at());
      case State.Promoted done -> Optional.of(done.at());
      case State.RolledBack done -> Optional.of(done.at());
      case State.Failed done -> Optional.of(done.at());
    };
  }

  private static Optional<Cause> cause(State state) {
    return switch (state) {
      case State.Draft draft -> Optional.empty();
      case State.Starting starting -> Optional.empty();
      case State.Running running -> Optional.empty();
      case State.Paused paused -> Optional.of(paused.cause());
      case State.Completed done -> Optional.of(done.cause());
      case State.Promoted done -> Optional.of(done.cause());
      case State.RolledBack done -> Optional.of(done.cause());
      case State.Failed done -> Optional.of(done.cause());
    };
  }

  private static void place(Stay stay, Plan plan, ObjectNode node) {
    node.put("step", stay.step() + 1);
    node.put("step_since", stay.since().toString());
    node.set("next_share", Decimals.node(plan.nextShare(stay.step()).percent()));
  }

  static void possible(List<Verb> verbs, ObjectNode node) {
    ArrayNode possible = node.putArray("possible");
    verbs.forEach(verb -> possible.add(verb.word()));
  }

  private static ObjectNode trouble(Trouble trouble) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("kind", WireWords.of(trouble.kind()));
    node.put("since", trouble.since().toString());
    node.put("text", trouble.text());
    return node;
  }

  private static ObjectNode note(Note note) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("kind", WireWords.of(note.kind()));
    node.put("at", note.at().toString());
    EntryView.cause(note.cause(), node);
    return node;
  }
}
