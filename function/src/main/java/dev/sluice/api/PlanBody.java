package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.experiment.Guard;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Policies;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Terms;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// A plan as JSON: a preset and what is to be otherwise, or everything.
///
///     {"preset": "canary", "steps": [10, 50], "promotion": "manual"}
///
/// What is written reads back as the same plan. Reading goes on after a fault, so that all of them
/// are told at once.
final class PlanBody {
  private static final int MOST_GUARDS = 16;
  private static final long MOST = 1_000_000_000_000L;
  private static final double LONGEST_MINUTES = 366 * 24 * 60;
  private static final double LEAST_LEVEL = 1e-9;
  private static final double LARGEST_LEVEL = 0.5;

  private static final Map<String, Supplier<List<Guard>>> POLICIES =
      Map.of(
          "comparable", Policies::comparable,
          "strict", Policies::strict,
          "error-ceiling", Policies::errorCeiling);
  private static final String PRESETS =
      "canary, cautious, fast, ab-test, latency-check, error-ceiling, thresholds";

  private static final Map<String, Pacing.Pace> PACES = WireWords.map(Pacing.Pace.values());
  private static final Map<String, Plan.Promotion> PROMOTIONS =
      WireWords.map(Plan.Promotion.values());
  private static final Map<String, Plan.Mode> MODES = WireWords.map(Plan.Mode.values());
  private static final Map<String, Terms.OnTimeout> ON_TIMEOUT =
      WireWords.map(Terms.OnTimeout.values());
  private static final Map<String, Units> UNITS = WireWords.map(Units.values());

  private PlanBody() {}

  /// Reads a plan among the members of a body. It may only be used when nothing is wrong.
  ///
  /// @param window that is usual here
  static Plan read(Members body, Duration window) {
    Optional<Guard> success = body.object("success").flatMap(GuardBody::read);
    Plan preset = preset(body, success);
    Plan usual = preset.withTerms(preset.terms().withWindow(window));
    Plan plan =
        usual
            .withSteps(StepsBody.read(body).orElse(usual.steps()))
            .withGuards(guards(body, success).orElse(usual.guards()))
            .withLevels(levels(body, usual.levels()))
            .withUnits(body.choice("units", UNITS).orElse(usual.units()))
            .withPacing(pacing(body, usual.pacing()))
            .withPromotion(body.choice("promotion", PROMOTIONS).orElse(usual.promotion()))
            .withTerms(terms(body, usual.terms()))
            .withMode(body.choice("mode", MODES).orElse(usual.mode()))
            .withAutomaticRollback(
                body.truth("auto_rollback")
                    .map(on -> on ? Plan.AutomaticRollback.ON : Plan.AutomaticRollback.OFF)
                    .orElse(usual.automaticRollback()));
    PlanFaults.of(plan).stream()
        .filter(fault -> !body.faulty(fault.member()))
        .forEach(fault -> body.fault(fault.member(), fault.text()));
    return plan;
  }

  private static Plan preset(Members body, Optional<Guard> success) {
    String name = body.text("preset", 64).orElse("canary");
    OptionalDouble p99 = body.number("latency_p99_ms", 0.001, 60_000);
    if (body.has("latency_p99_ms") && !name.equals("thresholds")) {
      body.fault("latency_p99_ms", "only the preset thresholds has it; write a guard instead");
    }
    if (body.has("success") && !name.equals("ab-test")) {
      body.fault("success", "only the preset ab-test has a success metric; write a guard instead");
    }
    return switch (name) {
      case "thresholds" -> {
        body.demand("latency_p99_ms");
        yield Presets.thresholds(Duration.ofNanos(Math.round(p99.orElse(1_000) * 1e6)));
      }
      case "ab-test" -> {
        body.demand("success");
        yield success.map(guard -> test(body, guard)).orElseGet(Presets::fast);
      }
      default ->
          Presets.named(name)
              .orElseGet(
                  () -> {
                    body.fault("preset", "one of these is expected: " + PRESETS);
                    return Presets.canary();
                  });
    };
  }

  private static Plan test(Members body, Guard success) {
    try {
      return Presets.abTest(success);
    } catch (IllegalArgumentException demandsNothing) {
      body.fault("success", String.valueOf(demandsNothing.getMessage()));
      return Presets.fast();
    }
  }

  private static Optional<List<Guard>> guards(Members body, Optional<Guard> success) {
    if (body.has("policy") && body.has("guards")) {
      body.fault("policy", "a policy or guards, but not both");
    }
    Optional<List<Guard>> policy = body.choice("policy", POLICIES).map(Supplier::get);
    Optional<List<Guard>> listed = body.array("guards", MOST_GUARDS).map(PlanBody::listed);
    return listed
        .or(() -> policy)
        .map(guards -> success.map(one -> Policies.both(guards, List.of(one))).orElse(guards));
  }

  private static List<Guard> listed(List<Members.Element> elements) {
    var guards = new ArrayList<Guard>();
    for (Members.Element element : elements) {
      Optional<Members> object = element.object();
      if (object.isEmpty()) {
        element.fault("an object is expected");
      }
      Optional<Guard> guard = object.flatMap(GuardBody::read);
      if (guard.isPresent()
          && guards.stream().anyMatch(other -> other.name().equals(guard.get().name()))) {
        element.fault("guards must have names of their own: " + guard.get().name());
      }
      guard.ifPresent(guards::add);
    }
    return guards;
  }

  private static Levels levels(Members body, Levels usual) {
    OptionalDouble both = body.number("significance", LEAST_LEVEL, LARGEST_LEVEL);
    OptionalDouble harm = body.number("significance_harm", LEAST_LEVEL, LARGEST_LEVEL);
    OptionalDouble safe = body.number("significance_safe", LEAST_LEVEL, LARGEST_LEVEL);
    return new Levels(
        harm.orElse(both.orElse(usual.alphaHarm())),
        safe.orElse(both.orElse(usual.alphaSafe())),
        body.number("min_units", 0, MOST).orElse(usual.minUnits()),
        body.whole("min_windows", 0, MOST).orElse(usual.minWindows()));
  }

  private static Pacing pacing(Members body, Pacing usual) {
    Pacing.Pace pace = body.choice("pace", PACES).orElse(usual.pace());
    Pacing given = pace == usual.pace() ? usual : Pacing.of(pace);
    return new Pacing(
        pace,
        body.whole("min_windows_per_step", 0, MOST).orElse(given.minWindowsPerStep()),
        body.whole("min_windows_total", 0, MOST).orElse(given.minWindowsTotal()),
        body.number("min_units_per_step", 0, MOST).orElse(given.minUnitsPerStep()));
  }

  private static Terms terms(Members body, Terms usual) {
    OptionalLong sampleSize = body.whole("target_sample_size", 1, MOST);
    Terms.OnTimeout ending =
        sampleSize.isPresent() && usual.onTimeout() == Terms.OnTimeout.WAIT
            ? Terms.OnTimeout.COMPLETE
            : usual.onTimeout();
    return new Terms(
        Duration.ofSeconds(body.whole("window_seconds", 10, 60).orElse(usual.window().toSeconds())),
        (int) body.whole("patience", 1, 100_000).orElse(usual.patience()),
        minutesOr(body, "start_deadline_minutes", usual.startDeadline()),
        minutesOr(body, "deadline_minutes", usual.deadline()),
        minutesOr(body, "max_extension_minutes", usual.maxExtension()),
        body.choice("on_timeout", ON_TIMEOUT).orElse(ending),
        sampleSize.isPresent() ? sampleSize : usual.sampleSize());
  }

  private static Duration minutesOr(Members body, String name, Duration usual) {
    OptionalDouble minutes = body.number(name, 0, LONGEST_MINUTES);
    return minutes.isPresent() ? StepsBody.duration(minutes.getAsDouble()) : usual;
  }

  static ObjectNode write(Plan plan) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("steps", StepsBody.write(plan.steps()));
    ArrayNode guards = node.putArray("guards");
    plan.guards().forEach(guard -> guards.add(GuardBody.write(guard)));
    node.put("pace", WireWords.of(plan.pacing().pace()));
    node.put("min_windows_per_step", plan.pacing().minWindowsPerStep());
    node.put("min_windows_total", plan.pacing().minWindowsTotal());
    node.set("min_units_per_step", Decimals.node(plan.pacing().minUnitsPerStep()));
    node.put("promotion", WireWords.of(plan.promotion()));
    node.put("mode", WireWords.of(plan.mode()));
    node.put("auto_rollback", plan.automaticRollback() == Plan.AutomaticRollback.ON);
    write(plan.terms(), node);
    write(plan.levels(), node);
    node.put("units", WireWords.of(plan.units()));
    return node;
  }

  private static void write(Terms terms, ObjectNode node) {
    node.put("window_seconds", terms.window().toSeconds());
    node.put("patience", terms.patience());
    node.set("start_deadline_minutes", minutes(terms.startDeadline()));
    node.set("deadline_minutes", minutes(terms.deadline()));
    node.set("max_extension_minutes", minutes(terms.maxExtension()));
    node.put("on_timeout", WireWords.of(terms.onTimeout()));
    terms.sampleSize().ifPresent(size -> node.put("target_sample_size", size));
  }

  private static JsonNode minutes(Duration duration) {
    return Decimals.node(StepsBody.minutes(duration));
  }

  private static void write(Levels levels, ObjectNode node) {
    if (levels.alphaHarm() == levels.alphaSafe()) {
      node.put("significance", levels.alphaHarm());
    } else {
      node.put("significance_harm", levels.alphaHarm());
      node.put("significance_safe", levels.alphaSafe());
    }
    node.set("min_units", Decimals.node(levels.minUnits()));
    node.put("min_windows", levels.minWindows());
  }
}
