package dev.sluice.api;

import dev.sluice.inference.Signature;
import dev.sluice.oip.BadRequest;
import dev.sluice.oip.InferReader;
import dev.sluice.oip.InferRequest;
import dev.sluice.oip.InferWriter;
import dev.sluice.serving.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// The Open Inference Protocol's own: a field says how much of a body is JSON.
record ProtocolNotation(InferReader reader) implements Notation {
  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final String LENGTH_AS_ASKED = LENGTH.toLowerCase(Locale.ROOT);

  private static final String TOKEN = "outcome_token";

  @Override
  public Asked read(Prediction request, Content body, Signature signature) throws BadRequest {
    OptionalLong jsonBytes = jsonBytes(request.head().headers());
    return asked(reader, body, jsonBytes, signature, ProtocolNotation::sheet);
  }

  /// The protocol as others carry it.
  ///
  /// @param jsonBytes of the body that are JSON, where that was said
  /// @param sheet says what an answer is
  static Asked asked(
      InferReader reader,
      Content body,
      OptionalLong jsonBytes,
      Signature signature,
      Function<InferWriter.Written, Replies.Sheet> sheet)
      throws BadRequest {
    InferRequest infer =
        reader.read(body.array(), body.from(), body.to(), jsonBytes, signature, Set.of());
    return new Asked(infer, (served, token) -> sheet.apply(written(served, token, infer)));
  }

  static OptionalLong jsonBytes(Headers headers) throws BadRequest {
    List<String> lengths = headers.all(LENGTH_AS_ASKED);
    return lengths.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(InferReader.headerLength(String.join(",", lengths)));
  }

  private static InferWriter.Written written(
      Reply.Served served, Optional<String> token, InferRequest infer) {
    return InferWriter.write(
        served.version().model(),
        served.version().name(),
        infer.id(),
        // Clients of the protocol see no header fields.
        token.map(text -> Map.of(TOKEN, text)).orElse(Map.of()),
        served.signature(),
        served.outputs(),
        infer.outputs(),
        served.labels());
  }

  private static Replies.Sheet sheet(InferWriter.Written written) {
    var fields = new ArrayList<Field>();
    if (written.jsonBytes().isPresent()) {
      fields.add(new Field("Content-Type", "application/octet-stream"));
      fields.add(new Field(LENGTH, Integer.toString(written.jsonBytes().getAsInt())));
    } else {
      fields.add(new Field("Content-Type", "application/json"));
    }
    return new Replies.Sheet(fields, written.body());
  }
}
