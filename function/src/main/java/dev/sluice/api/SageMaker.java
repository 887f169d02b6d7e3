package dev.sluice.api;

import dev.sluice.inference.Signature;
import dev.sluice.oip.BadRequest;
import dev.sluice.oip.InferReader;
import dev.sluice.oip.InferWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Open Inference Protocol as it passes through SageMaker, whose gateway drops every field it
/// does not know: how much of a body is JSON is said by its content type, as Triton does it. What
/// callers say in fields elsewhere is in [SageMakerHead].
record SageMaker(InferReader reader) implements Notation {
  private static final String BINARY = "application/vnd.sagemaker-triton.binary+json";
  private static final String RAW = "application/octet-stream";
  private static final Pattern BINARY_WITH_SIZE =
      Pattern.compile(
          Pattern.quote(BINARY) + "\\s*;\\s*json-header-size\\s*=\\s*(\"?)([^\"\\s;]*)\\1\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern RAW_TYPE =
      Pattern.compile(Pattern.quote(RAW) + "\\s*", Pattern.CASE_INSENSITIVE);

  /// What is wrong with the content type; nothing when it can be read.
  static Optional<String> misfit(Headers headers) {
    List<String> types = headers.all("content-type");
    boolean known =
        Predictions.isJson(headers)
            || (types.size() == 1
                && (RAW_TYPE.matcher(types.getFirst()).matches()
                    || BINARY_WITH_SIZE.matcher(types.getFirst()).matches()));
    return known
        ? Optional.empty()
        : Optional.of(
            "Content-Type is application/json, application/octet-stream or "
                + BINARY
                + ";json-header-size=BYTES");
  }

  @Override
  public Asked read(Prediction request, Content body, Signature signature) throws BadRequest {
    OptionalLong jsonBytes = jsonBytes(request.head().headers());
    return ProtocolNotation.asked(reader, body, jsonBytes, signature, SageMaker::sheet);
  }

  /// Where the content type says nothing the protocol's own field may, for callers without a
  /// gateway before them.
  private static OptionalLong jsonBytes(Headers headers) throws BadRequest {
    String type = headers.first("content-type").orElse("");
    Matcher binary = BINARY_WITH_SIZE.matcher(type);
    if (binary.matches()) {
      return OptionalLong.of(InferReader.headerLength(String.valueOf(binary.group(2))));
    }
    OptionalLong said = ProtocolNotation.jsonBytes(headers);
    return said.isEmpty() && RAW_TYPE.matcher(type).matches() ? OptionalLong.of(0) : said;
  }

  private static Replies.Sheet sheet(InferWriter.Written written) {
    String type =
        written.jsonBytes().isPresent()
            ? BINARY + ";json-header-size=" + written.jsonBytes().getAsInt()
            : "application/json";
    return new Replies.Sheet(List.of(new Field("Content-Type", type)), written.body());
  }
}
