package dev.sluice.api;

import dev.sluice.admission.ByteBudget;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Signature;
import dev.sluice.oip.BadRequest;
import dev.sluice.oip.Given;
import dev.sluice.oip.InferRequest;
import dev.sluice.routing.Ask;
import dev.sluice.routing.VariantOverride;
import dev.sluice.serving.Begun;
import dev.sluice.serving.Call;
import dev.sluice.serving.Lease;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Payload;
import dev.sluice.serving.Serving;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Answers requests of tensors: tensors in, tensors out, in one notation. Everything about the
/// request is found out before a version is chosen. Where the path names a version that one
/// answers, and nothing is learned about it from that.
final class TensorAnswering implements Answering {
  // Of numbers as text, some fifty microseconds.
  private static final int BRIEF_BYTES = 8_192;
  private static final Duration SOON = Duration.ofSeconds(1);

  private final long maxBodyBytes;
  private final ByteBudget bytes;
  private final Notation notation;
  private final Serving serving;
  private final Replies replies;
  private final Callers callers;
  private final Supplier<RandomGenerator> chance;
  private final LongSupplier clock;

  TensorAnswering(
      long maxBodyBytes,
      ByteBudget bytes,
      Notation notation,
      Serving serving,
      Replies replies,
      Callers callers,
      Supplier<RandomGenerator> chance,
      LongSupplier clock) {
    this.maxBodyBytes = maxBodyBytes;
    this.bytes = bytes;
    this.notation = notation;
    this.serving = serving;
    this.replies = replies;
    this.callers = callers;
    this.chance = chance;
    this.clock = clock;
  }

  @Override
  public Response answer(Prediction request, Content body) {
    return begin(request, body).response();
  }

  @Override
  public boolean brief(Prediction request, Content body) {
    return body.length() <= BRIEF_BYTES && coding(request) == Coding.IDENTITY;
  }

  @Override
  public Pending begin(Prediction request, Content body) {
    String model = request.visit().parameter("model");
    Optional<String> version = request.visit().find("version");
    Optional<LiveVersion> live =
        version.isPresent() ? serving.live(model, version.get()) : stable(model);
    if (live.isEmpty()) {
      return Pending.of(
          replies.refused(
              Problem.NOT_FOUND, JsonAnswers.unknown(request.visit()), request, List.of()));
    }
    try (Inflated inflated = Inflated.within(bytes)) {
      return switch (inflated.of(body, coding(request), maxBodyBytes)) {
        case Inflated.Outcome.Refused(Problem problem, String detail) ->
            Pending.of(replies.refused(problem, detail, request, retry(problem)));
        case Inflated.Outcome.Whole(Content plain) ->
            begin(request, plain, live.get().loaded().model().signature(), version);
      };
    }
  }

  /// One that is none was refused from the head.
  private static Coding coding(Prediction request) {
    return Coding.of(request.head().headers()).orElse(Coding.IDENTITY);
  }

  private Optional<LiveVersion> stable(String model) {
    return serving.routes().split(model).flatMap(split -> serving.live(model, split.stable()));
  }

  private static List<Field> retry(Problem problem) {
    return problem == Problem.OVERLOADED ? List.of(Problems.retryAfter(SOON)) : List.of();
  }

  private Pending begin(
      Prediction request, Content body, Signature signature, Optional<String> version) {
    Notation.Asked asked;
    try {
      asked = notation.read(request, body, signature);
    } catch (BadRequest wrong) {
      return Pending.of(refused(wrong, request));
    } catch (RoomForTensors.NoRoom | OutOfMemoryError none) {
      return Pending.of(
          replies.refused(
              Problem.OVERLOADED,
              "no room for the tensors now",
              request,
              retry(Problem.OVERLOADED)));
    }
    InferRequest infer = asked.infer();
    var payload =
        new Payload.Tensors(
            infer.inputs().stream().map(Given::tensor).toList(),
            signature,
            new Lease(infer::close));
    try {
      return begin(request, asked, payload, version);
    } catch (RuntimeException | Error broken) {
      payload.letGo();
      throw broken;
    }
  }

  private Response refused(BadRequest wrong, Prediction request) {
    Problem problem =
        switch (wrong.kind()) {
          case MALFORMED -> Problem.INVALID_BODY;
          case TOO_LARGE -> Problem.PAYLOAD_TOO_LARGE;
        };
    // Clients of the protocol show nothing but this one sentence.
    String where = wrong.pointer().isEmpty() ? "" : wrong.pointer() + ": ";
    return replies.refused(
        problem,
        where + wrong.detail(),
        request,
        List.of(new Problems.Fault(wrong.pointer(), wrong.detail())),
        List.of());
  }

  private Pending begin(
      Prediction request, Notation.Asked asked, Payload.Tensors payload, Optional<String> version) {
    Headers headers = request.head().headers();
    RandomGenerator random = chance.get();
    VariantOverride override =
        version
            .<VariantOverride>map(VariantOverride.Named::new)
            .orElseGet(() -> callers.override(headers));
    var ask =
        new Ask(
            request.visit().parameter("model"),
            callers.key(headers, random),
            override,
            random.nextLong());
    var call =
        new Call(
            ask,
            payload,
            deadline(request, asked.infer()),
            Callers.attempt(headers),
            request.trace().id());
    return new Underway(request, asked.answer(), call, serving.begin(call));
  }

  /// A model that has been asked, and the memory of what it was asked.
  private final class Underway implements Pending {
    private final Prediction request;
    private final Replies.Body answer;
    private final Call call;
    private final Begun begun;

    Underway(Prediction request, Replies.Body answer, Call call, Begun begun) {
      this.request = request;
      this.answer = answer;
      this.call = call;
      this.begun = begun;
    }

    @Override
    public void push() {
      begun.push();
    }

    @Override
    public boolean ready() {
      return begun.answeredWithin(BRIEF_BYTES);
    }

    @Override
    public void whenReady(Runnable then) {
      begun.whenAnswered(then);
    }

    @Override
    public Duration remaining() {
      return Duration.ofNanos(Math.max(0, call.deadline().remainingNanos(clock.getAsLong())));
    }

    @Override
    public Response response() {
      try {
        return replies.response(begun.reply(), request, answer);
      } catch (IllegalArgumentException unwritable) {
        return replies.refused(
            Problem.MODEL_FAILED,
            "the model gave an output that cannot be written as it was asked for",
            request,
            List.of());
      } finally {
        call.payload().letGo();
      }
    }
  }

  /// The sooner of ours and the request's own.
  private Deadline deadline(Prediction request, InferRequest infer) {
    if (infer.timeoutMicros().isEmpty()) {
      return request.deadline();
    }
    long left = request.deadline().atNanos() - clock.getAsLong();
    long asked =
        Duration.ofNanos(1_000)
            .multipliedBy(Math.min(infer.timeoutMicros().getAsLong(), Integer.MAX_VALUE))
            .toNanos();
    return asked < left ? new Deadline(clock.getAsLong() + asked) : request.deadline();
  }
}
