package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.PredictBody.Text;
import dev.sluice.inference.Classification;
import dev.sluice.routing.Ask;
import dev.sluice.serving.Call;
import dev.sluice.serving.Payload;
import dev.sluice.serving.Reply;
import dev.sluice.serving.Serving;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Answers `POST /predict`: texts in, the most probable label of each out.
final class PredictAnswering implements Answering {
  private final Map<PredictBody.Kind, String> models;
  private final TextLimits limits;
  private final StrictJson json;
  private final JsonText text;
  private final Serving serving;
  private final Replies replies;
  private final Callers callers;
  private final Supplier<RandomGenerator> chance;

  /// @param maxBatch texts that a request may have
  /// @param maxCharacters UTF-16 units that a text may have
  record TextLimits(int maxBatch, int maxCharacters) {}

  PredictAnswering(
      Map<PredictBody.Kind, String> models,
      TextLimits limits,
      StrictJson json,
      JsonText text,
      Serving serving,
      Replies replies,
      Callers callers,
      Supplier<RandomGenerator> chance) {
    this.models = Map.copyOf(models);
    this.limits = limits;
    this.json = json;
    this.text = text;
    this.serving = serving;
    this.replies = replies;
    this.callers = callers;
    this.chance = chance;
  }

  @Override
  public Response answer(Prediction request, Content body) throws BadBody {
    PredictBody predict =
        json.read(
            body, tokens -> PredictBody.read(tokens, limits.maxBatch(), limits.maxCharacters()));
    var texts = new ArrayList<String>();
    for (Text item : predict.texts()) {
      if (item instanceof Text.Given(String value)) {
        texts.add(value);
      }
    }
    if (texts.isEmpty()) {
      return nothingUsable(request, predict);
    }
    Headers headers = request.head().headers();
    RandomGenerator random = chance.get();
    var ask =
        new Ask(
            String.valueOf(models.get(predict.kind())),
            callers.key(headers, random),
            callers.override(headers),
            random.nextLong());
    var call =
        new Call(
            ask,
            new Payload.Texts(texts),
            request.deadline(),
            Callers.attempt(headers),
            request.trace().id());
    Detail detail = callers.debug(headers) ? Detail.PROBABILITIES : Detail.LABEL;
    return replies.response(
        serving.serve(call),
        request,
        (served, token) ->
            Replies.Sheet.json(text.write(out -> write(out, served, predict, detail))));
  }

  /// How much of the classification is shown.
  private enum Detail {
    LABEL,
    PROBABILITIES
  }

  private Response nothingUsable(Prediction request, PredictBody predict) {
    String member =
        switch (predict.kind()) {
          case SENTENCE -> "/sentence";
          case SMS -> "/sms";
        };
    var faults = new ArrayList<Problems.Fault>();
    for (int i = 0; i < predict.texts().size(); i++) {
      if (predict.texts().get(i) instanceof Text.Broken(Problem problem, String detail)) {
        String pointer =
            switch (predict.form()) {
              case SINGLE -> member;
              case BATCH -> member + "/" + i;
            };
        faults.add(new Problems.Fault(pointer, detail));
      }
    }
    var first = (Text.Broken) predict.texts().getFirst();
    return replies.refused(first.problem(), first.detail(), request, faults, List.of());
  }

  private static void write(
      JsonGenerator out, Reply.Served served, PredictBody predict, Detail detail)
      throws IOException {
    out.writeStartObject();
    switch (predict.form()) {
      case SINGLE -> {
        Classification row = served.rows().getFirst();
        out.writeStringField("prediction value", label(row.argmax(), served.labels()));
        if (detail == Detail.PROBABILITIES) {
          out.writeFieldName("probabilities");
          probabilities(out, row, served.labels());
        }
      }
      case BATCH -> {
        labels(out, served, predict);
        if (detail == Detail.PROBABILITIES) {
          probabilities(out, served, predict);
        }
      }
    }
    out.writeEndObject();
  }

  private static void labels(JsonGenerator out, Reply.Served served, PredictBody predict)
      throws IOException {
    out.writeArrayFieldStart("prediction value");
    int row = 0;
    for (Text item : predict.texts()) {
      switch (item) {
        case Text.Given given -> {
          out.writeString(label(served.rows().get(row).argmax(), served.labels()));
          row++;
        }
        case Text.Broken(Problem problem, String detail) -> {
          out.writeStartObject();
          Problems.writeItem(out, problem, detail);
          out.writeEndObject();
        }
      }
    }
    out.writeEndArray();
  }

  /// One object for each item, null for an item that has an error.
  private static void probabilities(JsonGenerator out, Reply.Served served, PredictBody predict)
      throws IOException {
    out.writeArrayFieldStart("probabilities");
    int row = 0;
    for (Text item : predict.texts()) {
      switch (item) {
        case Text.Given given -> {
          probabilities(out, served.rows().get(row), served.labels());
          row++;
        }
        case Text.Broken broken -> out.writeNull();
      }
    }
    out.writeEndArray();
  }

  private static void probabilities(JsonGenerator out, Classification row, List<String> labels)
      throws IOException {
    out.writeStartObject();
    for (int i = 0; i < row.classes(); i++) {
      out.writeNumberField(label(i, labels), row.probabilities()[i]);
    }
    out.writeEndObject();
  }

  private static String label(int index, List<String> labels) {
    return index < labels.size() ? labels.get(index) : Integer.toString(index);
  }
}
