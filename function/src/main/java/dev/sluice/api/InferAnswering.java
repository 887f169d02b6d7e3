package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.inference.Classification;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.Pixels;
import dev.sluice.routing.Ask;
import dev.sluice.serving.Call;
import dev.sluice.serving.Payload;
import dev.sluice.serving.Reply;
import dev.sluice.serving.Serving;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Answers `POST /v1/infer`: pictures in, the five most probable classes of each out.
final class InferAnswering implements Answering {
  private static final int TOP = 5;

  private final String model;
  private final int maxBatch;
  private final StrictJson json;
  private final JsonText text;
  private final Pictures decoder;
  private final Serving serving;
  private final Replies replies;
  private final Callers callers;
  private final Supplier<RandomGenerator> chance;
  private final LongSupplier clock;

  InferAnswering(
      String model,
      int maxBatch,
      StrictJson json,
      JsonText text,
      Pictures decoder,
      Serving serving,
      Replies replies,
      Callers callers,
      Supplier<RandomGenerator> chance,
      LongSupplier clock) {
    this.model = model;
    this.maxBatch = maxBatch;
    this.json = json;
    this.text = text;
    this.decoder = decoder;
    this.serving = serving;
    this.replies = replies;
    this.callers = callers;
    this.chance = chance;
    this.clock = clock;
  }

  /// An item of the request: its row in the model's input, or why it has none.
  private sealed interface Item {
    record Row(Pixels pixels) implements Item {}

    record Refused(Problem problem, String detail) implements Item {}
  }

  @Override
  public Response answer(Prediction request, Content body) throws BadBody {
    InferBody infer = json.read(body, tokens -> InferBody.read(tokens, maxBatch));
    try (Pictures.Album album = decoder.open()) {
      return answer(request, infer, album);
    }
  }

  private Response answer(Prediction request, InferBody infer, Pictures.Album album) {
    var items = new ArrayList<Item>(infer.pictures().size());
    var pictures = new ArrayList<Pixels>(infer.pictures().size());
    for (Encoded picture : infer.pictures()) {
      if (request.deadline().passed(clock.getAsLong())) {
        return replies.expired(request);
      }
      Item item = decoded(picture, album);
      items.add(item);
      if (item instanceof Item.Row(Pixels pixels)) {
        pictures.add(pixels);
      }
    }
    if (pictures.isEmpty()) {
      return nothingUsable(request, infer, items);
    }
    RandomGenerator random = chance.get();
    var ask =
        new Ask(
            model,
            callers.key(request.head().headers(), random),
            callers.override(request.head().headers()),
            random.nextLong());
    var call =
        new Call(
            ask,
            new Payload.Pictures(pictures, infer.size()),
            request.deadline(),
            Callers.attempt(request.head().headers()),
            request.trace().id());
    return replies.response(
        serving.serve(call),
        request,
        (served, token) ->
            Replies.Sheet.json(
                text.write(
                    out -> {
                      out.writeStartObject();
                      write(out, request, served, infer.form(), items);
                      if (token.isPresent()) {
                        out.writeStringField("outcome_token", token.get());
                      }
                      out.writeEndObject();
                    })));
  }

  private Item decoded(Encoded picture, Pictures.Album album) {
    return switch (picture) {
      case Encoded.Broken(Problem problem, String detail) -> new Item.Refused(problem, detail);
      case Encoded.File(byte[] bytes) ->
          switch (album.decode(bytes)) {
            case ImageDecoder.Picture(Pixels pixels) -> new Item.Row(pixels);
            case ImageDecoder.Unusable(ImageDecoder.Reason reason, String detail) ->
                new Item.Refused(problem(reason), detail);
          };
    };
  }

  private static Problem problem(ImageDecoder.Reason reason) {
    return switch (reason) {
      case UNREADABLE -> Problem.UNPROCESSABLE;
      case TOO_LARGE -> Problem.PAYLOAD_TOO_LARGE;
      case BUSY -> Problem.OVERLOADED;
    };
  }

  /// No row is left, so no version is chosen. The first item's problem gives the status.
  private Response nothingUsable(Prediction request, InferBody infer, List<Item> items) {
    var faults = new ArrayList<Problems.Fault>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Item.Refused(Problem problem, String detail)) {
        String pointer =
            switch (infer.form()) {
              case SINGLE -> "/image_b64";
              case BATCH -> "/inputs/" + i;
            };
        faults.add(new Problems.Fault(pointer, detail));
      }
    }
    var first = (Item.Refused) items.getFirst();
    List<Field> retry =
        first.problem() == Problem.OVERLOADED
            ? List.of(Problems.retryAfter(Duration.ofSeconds(1)))
            : List.of();
    return replies.refused(first.problem(), first.detail(), request, faults, retry);
  }

  private static void write(
      JsonGenerator out,
      Prediction request,
      Reply.Served served,
      InferBody.Form form,
      List<Item> items)
      throws IOException {
    out.writeStringField("trace_id", request.trace().id());
    out.writeStringField("model_used", served.version().name());
    switch (form) {
      case SINGLE -> result(out, served.rows().getFirst(), served.labels());
      case BATCH -> {
        out.writeArrayFieldStart("results");
        int row = 0;
        for (Item item : items) {
          out.writeStartObject();
          switch (item) {
            case Item.Row good -> {
              result(out, served.rows().get(row), served.labels());
              row++;
            }
            case Item.Refused(Problem problem, String detail) ->
                Problems.writeItem(out, problem, detail);
          }
          out.writeEndObject();
        }
        out.writeEndArray();
      }
    }
  }

  private static void result(JsonGenerator out, Classification row, List<String> labels)
      throws IOException {
    List<Classification.Ranked> top = row.top(TOP);
    out.writeArrayFieldStart("top5");
    for (Classification.Ranked ranked : top) {
      out.writeStartArray();
      out.writeNumber(ranked.index());
      out.writeNumber(ranked.probability());
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("shape");
    out.writeNumber(row.classes());
    out.writeEndArray();
    if (labels.size() == row.classes()) {
      out.writeArrayFieldStart("labels");
      for (Classification.Ranked ranked : top) {
        out.writeString(labels.get(ranked.index()));
      }
      out.writeEndArray();
    }
  }
}
