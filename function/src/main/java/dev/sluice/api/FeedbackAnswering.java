package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.ApiListener.Feedback;
import dev.sluice.experiment.FirstFeedback;
import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.experiment.OutcomeTokens;
import dev.sluice.experiment.Page;
import dev.sluice.experiment.Shares;
import dev.sluice.serving.LiveVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Answers `POST /v1/feedback`: how good earlier answers were, each counted once for the version
/// that gave it.
///
/// An exposure is claimed before it is counted. If the process dies in between its report is lost;
/// the other way round a report that is sent again would be counted twice.
final class FeedbackAnswering implements Answering {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final OutcomeTokens tokens;
  private final FirstFeedback firstFeedback;
  private final Supplier<Map<String, Map<String, LiveVersion>>> versions;
  private final Function<String, Optional<Shares>> shares;
  private final StrictJson json;
  private final JsonText text;
  private final Problems problems;
  private final ApiListener listener;
  private final InstantSource clock;

  /// @param versions that are loaded, by model and name
  /// @param shares by which a model's requests are split now
  FeedbackAnswering(
      OutcomeTokens tokens,
      FirstFeedback firstFeedback,
      Supplier<Map<String, Map<String, LiveVersion>>> versions,
      Function<String, Optional<Shares>> shares,
      StrictJson json,
      JsonText text,
      Problems problems,
      ApiListener listener,
      InstantSource clock) {
    this.tokens = tokens;
    this.firstFeedback = firstFeedback;
    this.versions = versions;
    this.shares = shares;
    this.json = json;
    this.text = text;
    this.problems = problems;
    this.listener = listener;
    this.clock = clock;
  }

  /// What becomes of a report.
  private sealed interface Fate {
    record Accepted() implements Fate {}

    record Duplicate() implements Fate {}

    record Rejected(String reason) implements Fate {}
  }

  /// It cannot be found out now whether a report is the first of its exposure.
  private static final class Away extends Exception {
    private static final long serialVersionUID = 1L;

    Away(RuntimeException cause) {
      super(cause);
    }
  }

  @Override
  public Response answer(Prediction request, Content body) throws BadBody {
    FeedbackBody feedback = json.readOneOrMany(body, FeedbackBody::read);
    Instant now = clock.instant();
    var fates = new ArrayList<Fate>(feedback.items().size());
    try {
      for (FeedbackBody.Item item : feedback.items()) {
        fates.add(fate(item, now));
      }
    } catch (Away away) {
      return unknown(request, away);
    }
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", "application/json"));
    fields.add(new Field("Cache-Control", "no-store"));
    fields.addAll(request.limits());
    return new Response(202, fields, text.write(out -> write(out, fates)), Response.After.KEEP);
  }

  // What was counted before stays counted, and is a duplicate when all of it comes once more.
  private Response unknown(Prediction request, Away away) {
    listener.broken(request.trace(), away);
    listener.refused(Problem.OVERLOADED);
    var fields = new ArrayList<>(request.limits());
    fields.add(Problems.retryAfter(Duration.ofSeconds(1)));
    return problems.response(
        Problem.OVERLOADED,
        "what was reported before cannot be looked up now; send the whole request again",
        request.trace(),
        List.of(),
        fields);
  }

  private Fate fate(FeedbackBody.Item item, Instant now) throws Away {
    return switch (item) {
      case FeedbackBody.Item.Broken(FeedbackBody.Reason reason) -> rejected(reason.label());
      case FeedbackBody.Item.Given given ->
          switch (tokens.open(given.token(), now)) {
            case OutcomeTokens.Refused(OutcomeTokens.Cause cause) -> rejected(cause.label());
            case OutcomeTokens.Known known -> fate(given, known);
          };
    };
  }

  private Fate rejected(String reason) {
    listener.fedBack(Optional.empty(), Feedback.REJECTED);
    return new Fate.Rejected(reason);
  }

  private Fate fate(FeedbackBody.Item.Given given, OutcomeTokens.Known known) throws Away {
    OutcomeToken token = known.token();
    Optional<LiveVersion> live =
        Optional.ofNullable(
            versions.get().getOrDefault(token.model(), Map.of()).get(token.version()));
    List<String> labels = live.map(it -> it.loaded().task().labels()).orElse(List.of());
    if (live.isPresent() && !isClass(given.said(), labels)) {
      // Somebody's slip of the pen is no wrong answer of the version.
      return rejected("unknown-label");
    }
    OptionalDouble reward = reward(given.said(), token, labels);
    if (reward.isEmpty()) {
      return rejected("no-class");
    }
    boolean first = first(known);
    if (first && token.counted() == Counted.EXPOSURE) {
      live.ifPresent(
          version -> count(version.page(), reward.getAsDouble(), fresh(token), given.metrics()));
    }
    listener.fedBack(
        live.map(it -> it.loaded().version()), first ? Feedback.ACCEPTED : Feedback.DUPLICATE);
    return first ? new Fate.Accepted() : new Fate.Duplicate();
  }

  private boolean first(OutcomeTokens.Known known) throws Away {
    try {
      return firstFeedback.first(known.token().exposure(), known.forget());
    } catch (RuntimeException away) {
      throw new Away(away);
    }
  }

  /// Whether a label can be that of a class at all.
  ///
  /// @param labels of all classes, or none where they have numbers only
  private static boolean isClass(FeedbackBody.Said said, List<String> labels) {
    return switch (said) {
      case FeedbackBody.Said.Reward reward -> true;
      case FeedbackBody.Said.Index(int index) -> labels.isEmpty() || index < labels.size();
      case FeedbackBody.Said.Label(String name) ->
          labels.isEmpty() ? NUMBER.matcher(name).matches() : labels.contains(name);
    };
  }

  /// Nothing when there is no class that a label could be compared with.
  private static OptionalDouble reward(
      FeedbackBody.Said said, OutcomeToken token, List<String> labels) {
    return switch (said) {
      case FeedbackBody.Said.Reward(double value) -> OptionalDouble.of(value);
      case FeedbackBody.Said.Index(int index) -> match(token, predicted -> predicted == index);
      case FeedbackBody.Said.Label(String name) ->
          match(token, predicted -> name(predicted, labels).equals(name));
    };
  }

  private static OptionalDouble match(OutcomeToken token, IntPredicate right) {
    return token.predicted().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(right.test(token.predicted().getAsInt()) ? 1 : 0);
  }

  private static String name(int index, List<String> labels) {
    return index < labels.size() ? labels.get(index) : Integer.toString(index);
  }

  /// Whether an answer is one of the split that still stands. Tokens have whole seconds, rounded
  /// down: one of the second in which the split changed is not.
  private boolean fresh(OutcomeToken token) {
    return shares
        .apply(token.model())
        .filter(now -> !token.issuedAt().isBefore(now.since()))
        .isPresent();
  }

  private static void count(Page page, double reward, boolean fresh, Map<String, Double> metrics) {
    page.score(Page.REWARD, reward);
    if (fresh) {
      page.score(Page.FRESH_FEEDBACK, 1);
    }
    metrics.forEach(page::scoreOfCaller);
  }

  private static void write(JsonGenerator out, List<Fate> fates) throws IOException {
    out.writeStartObject();
    out.writeNumberField(
        "accepted", fates.stream().filter(Fate.Accepted.class::isInstance).count());
    out.writeNumberField(
        "duplicates", fates.stream().filter(Fate.Duplicate.class::isInstance).count());
    out.writeArrayFieldStart("rejected");
    for (int i = 0; i < fates.size(); i++) {
      if (fates.get(i) instanceof Fate.Rejected(String reason)) {
        out.writeStartObject();
        out.writeNumberField("index", i);
        out.writeStringField("reason", reason);
        out.writeEndObject();
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
