package dev.sluice.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.sluice.aws.FaultyServer.Answer;
import dev.sluice.aws.FaultyServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Sums by the minute, as CloudWatch answers with them: in pages, in parts, or with a word on why
/// it does not. Speaks Smithy's RPC v2 in CBOR, as the SDK does.
final class CloudWatchDouble implements FaultyServer.World {
  private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
  private static final int EPOCH_SECONDS = 1;

  private final Map<Series, TreeMap<Instant, Double>> counted = new HashMap<>();
  private final List<Question> questions = new ArrayList<>();
  private int pieces = 1;
  private int onAPage = Integer.MAX_VALUE;
  private Optional<String> status = Optional.empty();
  private Optional<Said> message = Optional.empty();
  private Optional<String> left = Optional.empty();

  /// One call.
  record Question(List<String> ids, Instant start, Instant end, Optional<String> token) {}

  private record Said(String code, String text) {}

  private record Piece(String id, List<Instant> minutes, List<Double> values, String status) {}

  /// More was counted.
  synchronized void count(Series series, Instant minute, double more) {
    counted.computeIfAbsent(series, first -> new TreeMap<>()).merge(minute, more, Double::sum);
  }

  /// From now on what is said of a series comes in so many pieces, and so many of them on a page.
  synchronized void answerIn(int piecesOfASeries, int piecesOnAPage) {
    pieces = piecesOfASeries;
    onAPage = piecesOnAPage;
  }

  /// From now on the last word on the first series is another one.
  synchronized void endWith(String code) {
    status = Optional.of(code);
  }

  /// From now on answers have a message.
  synchronized void say(String code, String text) {
    message = Optional.of(new Said(code, text));
  }

  /// From now on nothing is said of the series with this id.
  synchronized void leaveOut(String id) {
    left = Optional.of(id);
  }

  synchronized List<Question> questions() {
    return List.copyOf(questions);
  }

  @Override
  public synchronized Answer to(Request request) throws Exception {
    if (!request.path().endsWith("/operation/GetMetricData")) {
      return error(404, "UnknownOperationException", request.path());
    }
    JsonNode asked = CBOR.readTree(request.body());
    Instant start = moment(asked.path("StartTime"));
    Instant end = moment(asked.path("EndTime"));
    Optional<String> token =
        Optional.of(asked.path("NextToken").asText("")).filter(it -> !it.isEmpty());
    List<Piece> all = new ArrayList<>();
    var ids = new ArrayList<String>();
    for (JsonNode query : asked.path("MetricDataQueries")) {
      ids.add(query.path("Id").asText());
      all.addAll(pieces(query, start, end, ids.size() == 1));
    }
    questions.add(new Question(ids, start, end, token));
    int from = token.map(Integer::parseInt).orElse(0);
    int until = (int) Math.min(all.size(), (long) from + onAPage);
    return answer(all.subList(from, until), until < all.size() ? "" + until : "");
  }

  private static Instant moment(JsonNode seconds) {
    return Instant.ofEpochMilli(Math.round(seconds.asDouble() * 1000));
  }

  private List<Piece> pieces(JsonNode query, Instant start, Instant end, boolean first) {
    String id = query.path("Id").asText();
    if (left.filter(id::equals).isPresent()) {
      return List.of();
    }
    JsonNode stat = query.path("MetricStat");
    if (!stat.path("Stat").asText().equals("Sum") || stat.path("Period").asInt() != 60) {
      throw new IllegalArgumentException("not a sum of a minute: " + query);
    }
    var dimensions = new HashMap<String, String>();
    stat.at("/Metric/Dimensions")
        .forEach(each -> dimensions.put(each.path("Name").asText(), each.path("Value").asText()));
    var series =
        new Series(
            stat.at("/Metric/Namespace").asText(),
            stat.at("/Metric/MetricName").asText(),
            dimensions);
    Map<Instant, Double> found =
        counted.getOrDefault(series, new TreeMap<>()).subMap(start, true, end, false);
    List<Instant> minutes = List.copyOf(found.keySet());
    List<Double> values = List.copyOf(found.values());
    var parts = new ArrayList<Piece>();
    for (int i = 0; i < pieces; i++) {
      int from = minutes.size() * i / pieces;
      int until = minutes.size() * (i + 1) / pieces;
      boolean last = i == pieces - 1;
      parts.add(
          new Piece(
              id,
              minutes.subList(from, until),
              values.subList(from, until),
              last ? status.filter(it -> first).orElse("Complete") : "PartialData"));
    }
    return parts;
  }

  private Answer answer(List<Piece> page, String next) {
    return cbor(
        200,
        cbor -> {
          cbor.writeStartObject();
          cbor.writeArrayFieldStart("MetricDataResults");
          for (Piece piece : page) {
            cbor.writeStartObject();
            cbor.writeStringField("Id", piece.id());
            cbor.writeStringField("StatusCode", piece.status());
            cbor.writeArrayFieldStart("Timestamps");
            for (Instant minute : piece.minutes()) {
              cbor.writeTag(EPOCH_SECONDS);
              cbor.writeNumber((double) minute.getEpochSecond());
            }
            cbor.writeEndArray();
            cbor.writeArrayFieldStart("Values");
            for (double value : piece.values()) {
              cbor.writeNumber(value);
            }
            cbor.writeEndArray();
            cbor.writeEndObject();
          }
          cbor.writeEndArray();
          if (!next.isEmpty()) {
            cbor.writeStringField("NextToken", next);
          }
          if (message.isPresent()) {
            cbor.writeArrayFieldStart("Messages");
            cbor.writeStartObject();
            cbor.writeStringField("Code", message.get().code());
            cbor.writeStringField("Value", message.get().text());
            cbor.writeEndObject();
            cbor.writeEndArray();
          }
          cbor.writeEndObject();
        });
  }

  @Override
  public Answer error(int status, String code, String text) {
    return cbor(
        status,
        cbor -> {
          cbor.writeStartObject();
          cbor.writeStringField("__type", "com.amazonaws.cloudwatch#" + code);
          cbor.writeStringField("message", text);
          cbor.writeEndObject();
        });
  }

  /// Writes a body.
  private interface Writing {
    void to(CBORGenerator cbor) throws IOException;
  }

  private static Answer cbor(int status, Writing writing) {
    var bytes = new ByteArrayOutputStream();
    try (CBORGenerator cbor = new CBORFactory().createGenerator(bytes)) {
      writing.to(cbor);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Answer(
        status, "application/cbor", bytes.toByteArray(), Map.of("smithy-protocol", "rpc-v2-cbor"));
  }
}
