package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The body of `POST /predict`: one text or a list of them, as `sentence` or as `sms`.
///
/// @param kind which text model is meant
/// @param texts in the order in which they came; exactly one for [Form#SINGLE]
record PredictBody(Kind kind, Form form, List<Text> texts) {
  /// Which member was sent, and so which model answers.
  enum Kind {
    SENTENCE,
    SMS
  }

  enum Form {
    SINGLE,
    BATCH
  }

  /// One item: a text, or why it is none.
  sealed interface Text {
    record Given(String value) implements Text {}

    record Broken(Problem problem, String detail) implements Text {}
  }

  /// Reads the members between the braces; the parser stands on the opening one.
  ///
  /// @param maxBatch texts that one request may have
  /// @param maxCharacters UTF-16 units that a text may have
  static PredictBody read(JsonParser json, int maxBatch, int maxCharacters)
      throws IOException, BadBody {
    var bodies = new ArrayList<PredictBody>(1);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      Kind kind =
          switch (member) {
            case "sentence" -> Kind.SENTENCE;
            case "sms" -> Kind.SMS;
            default -> throw new BadBody("", "unknown member; known here: sentence, sms");
          };
      bodies.add(texts(json, kind, "/" + member, maxBatch, maxCharacters));
    }
    if (bodies.size() != 1) {
      throw new BadBody("", "exactly one of sentence and sms is needed");
    }
    return bodies.getFirst();
  }

  private static PredictBody texts(
      JsonParser json, Kind kind, String pointer, int maxBatch, int maxCharacters)
      throws IOException, BadBody {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return new PredictBody(kind, Form.SINGLE, List.of(text(json, maxCharacters)));
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadBody(pointer, "a string, or an array of strings, is expected");
    }
    var texts = new ArrayList<Text>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (texts.size() == maxBatch) {
        throw new BadBody(pointer, "at most " + maxBatch + " texts a request (MAX_BATCH)");
      }
      texts.add(text(json, maxCharacters));
    }
    if (texts.isEmpty()) {
      throw new BadBody(pointer, "the array is empty");
    }
    return new PredictBody(kind, Form.BATCH, List.copyOf(texts));
  }

  private static Text text(JsonParser json, int maxCharacters) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      json.skipChildren();
      return new Text.Broken(Problem.INVALID_BODY, "a string is expected");
    }
    String value = json.getText();
    if (value.length() > maxCharacters) {
      return new Text.Broken(
          Problem.PAYLOAD_TOO_LARGE, "a text has at most " + maxCharacters + " characters");
    }
    // A lone surrogate can be written as \\ud800 in JSON but not as UTF-8, which the runtime takes;
    // U+0000 would
    // end the text there.
    if (value.indexOf('\0') >= 0 || hasLoneSurrogate(value)) {
      return new Text.Broken(
          Problem.UNPROCESSABLE, "the text has U+0000 or half of a surrogate pair in it");
    }
    return new Text.Given(value);
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }
}
