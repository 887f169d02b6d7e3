package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Ramp;
import dev.sluice.rollout.Words;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The steps of a plan as JSON: bare shares in percent, or shares with what they last at least; or
/// a ramp.
///
///     "steps": [1, 5, {"share": 25, "min_minutes": 30, "min_exposures": 1000}, 50]
///     "ramp": {"count": 5, "maximum": 50, "minutes": 60}
final class StepsBody {
  private static final int MOST = 100;
  private static final double LONGEST_MINUTES = 366 * 24 * 60;
  private static final long MOST_EXPOSURES = 1_000_000_000_000L;

  private StepsBody() {}

  /// The steps among a plan's members; none where they are not told.
  static Optional<List<Plan.Step>> read(Members plan) {
    if (plan.has("steps") && plan.has("ramp")) {
      plan.fault("ramp", "steps or a ramp, but not both");
    }
    Optional<List<Plan.Step>> listed = plan.array("steps", MOST).map(StepsBody::listed);
    Optional<List<Plan.Step>> ramp = plan.object("ramp").flatMap(StepsBody::ramp);
    return listed.or(() -> ramp);
  }

  private static List<Plan.Step> listed(List<Members.Element> elements) {
    var steps = new ArrayList<Plan.Step>();
    for (Members.Element element : elements) {
      Optional<Plan.Step> step = element.isNumber() ? bare(element) : whole(element);
      if (step.isPresent() && !steps.isEmpty()) {
        grows(steps.getLast().share(), step.get().share(), element);
      }
      step.ifPresent(steps::add);
    }
    return steps;
  }

  private static void grows(Share before, Share share, Members.Element element) {
    if (share.compareTo(before) <= 0) {
      element.fault(
          "shares must grow: %s %% after %s %%"
              .formatted(Words.percent(share), Words.percent(before)));
    }
  }

  private static Optional<Plan.Step> bare(Members.Element element) {
    double percent = element.number();
    if (!(percent >= 0 && percent <= 100)) {
      element.fault("a share in percent is expected, 0 to 100");
      return Optional.empty();
    }
    tooFine(percent).ifPresent(element::fault);
    return Optional.of(Plan.Step.percent(percent));
  }

  /// A share that rounding would make none at all, or all.
  private static Optional<String> tooFine(double percent) {
    Share share = Share.ofPercent(percent);
    boolean none = share.equals(Share.NONE) && percent > 0;
    boolean all = share.equals(Share.ALL) && percent < 100;
    return none || all
        ? Optional.of("shares are kept in hundredths of a percent: 0, 0.01 to 99.99, or 100")
        : Optional.empty();
  }

  private static Optional<Plan.Step> whole(Members.Element element) {
    Optional<Members> object = element.object();
    if (object.isEmpty()) {
      element.fault("a share in percent is expected, or an object with share");
      return Optional.empty();
    }
    Members members = object.get();
    members.demand("share");
    OptionalDouble share = members.number("share", 0, 100);
    OptionalDouble minutes = members.number("min_minutes", 0, LONGEST_MINUTES);
    OptionalLong exposures = members.whole("min_exposures", 0, MOST_EXPOSURES);
    members.nothingElse();
    if (share.isPresent()) {
      tooFine(share.getAsDouble()).ifPresent(why -> members.fault("share", why));
    }
    return share.isPresent()
        ? Optional.of(
            Plan.Step.percent(share.getAsDouble())
                .withMinTime(duration(minutes.orElse(0)))
                .withMinExposures(exposures.orElse(0)))
        : Optional.empty();
  }

  private static Optional<List<Plan.Step>> ramp(Members ramp) {
    ramp.demand("count");
    ramp.demand("maximum");
    OptionalLong count = ramp.whole("count", 1, MOST);
    OptionalDouble maximum = ramp.number("maximum", 0.01, 99.99);
    OptionalDouble minutes = ramp.number("minutes", 0, LONGEST_MINUTES);
    ramp.nothingElse();
    if (count.isEmpty() || maximum.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Ramp.of(
                  (int) count.getAsLong(),
                  Share.ofPercent(maximum.getAsDouble()),
                  duration(minutes.orElse(0)))
              .stream()
              // What cannot be written in minutes could not be read again.
              .map(step -> step.withMinTime(step.minTime().truncatedTo(ChronoUnit.MILLIS)))
              .toList());
    } catch (IllegalArgumentException tooMany) {
      ramp.fault("count", String.valueOf(tooMany.getMessage()));
      return Optional.empty();
    }
  }

  /// To the millisecond.
  static Duration duration(double minutes) {
    return Duration.ofMillis(Math.round(minutes * 60_000));
  }

  static double minutes(Duration duration) {
    return duration.toMillis() / 60_000.0;
  }

  static ArrayNode write(List<Plan.Step> steps) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Plan.Step step : steps) {
      ObjectNode node = all.addObject();
      node.set("share", Decimals.node(step.share().percent()));
      node.set("min_minutes", Decimals.node(minutes(step.minTime())));
      node.put("min_exposures", step.minExposures());
    }
    return all;
  }
}
