package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;

/// The body of `POST /v1/infer`: one picture, or several as `inputs`.
///
/// @param form whether the answer is that of one picture or a list
/// @param pictures in the order in which they came; exactly one for [Form#SINGLE]
/// @param size the side that the caller asks the model to be run at, if it says so
record InferBody(Form form, List<Encoded> pictures, OptionalInt size) {
  enum Form {
    SINGLE,
    BATCH
  }

  /// Reads the members between the braces; the parser stands on the opening one.
  ///
  /// @param maxBatch pictures that one request may have
  static InferBody read(JsonParser json, int maxBatch) throws IOException, BadBody {
    List<Encoded> single = List.of();
    List<Encoded> batch = List.of();
    OptionalInt size = OptionalInt.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      switch (member) {
        case "image_b64" -> single = List.of(picture(json, "/image_b64"));
        case "inputs" -> batch = pictures(json, maxBatch);
        case "img_size" -> size = OptionalInt.of(size(json));
        default -> throw unknown("", "image_b64, inputs, img_size");
      }
    }
    if (single.isEmpty() == batch.isEmpty()) {
      throw new BadBody("", "either image_b64 or inputs with at least one item is needed");
    }
    return batch.isEmpty()
        ? new InferBody(Form.SINGLE, single, size)
        : new InferBody(Form.BATCH, List.copyOf(batch), size);
  }

  private static List<Encoded> pictures(JsonParser json, int maxBatch) throws IOException, BadBody {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadBody("/inputs", "inputs must be an array of objects");
    }
    var pictures = new ArrayList<Encoded>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (pictures.size() == maxBatch) {
        throw new BadBody("/inputs", "at most " + maxBatch + " inputs a request (MAX_BATCH)");
      }
      pictures.add(item(json, "/inputs/" + pictures.size()));
    }
    return pictures;
  }

  private static Encoded item(JsonParser json, String pointer) throws IOException, BadBody {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return new Encoded.Broken(Problem.INVALID_BODY, "an object with image_b64 is expected");
    }
    Encoded picture = new Encoded.Broken(Problem.INVALID_BODY, "image_b64 is missing");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      if (!member.equals("image_b64")) {
        throw unknown(pointer, "image_b64");
      }
      picture =
          json.currentToken() == JsonToken.VALUE_STRING
              ? decode(json)
              : notText(json, "image_b64 must be a string");
    }
    return picture;
  }

  private static Encoded notText(JsonParser json, String detail) throws IOException {
    json.skipChildren();
    return new Encoded.Broken(Problem.INVALID_BODY, detail);
  }

  private static Encoded picture(JsonParser json, String pointer) throws IOException, BadBody {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new BadBody(pointer, "image_b64 must be a string: a PNG or JPEG file in Base64");
    }
    return decode(json);
  }

  // The parser's text buffer is a char array; one pass narrows it. Base64 is ASCII, so what does
  // not fit
  // in a byte is wrong anyway and becomes a byte that no alphabet has.
  private static Encoded decode(JsonParser json) throws IOException {
    char[] text = json.getTextCharacters();
    int offset = json.getTextOffset();
    byte[] ascii = new byte[json.getTextLength()];
    for (int i = 0; i < ascii.length; i++) {
      char c = text[offset + i];
      ascii[i] = c < 0x80 ? (byte) c : 0;
    }
    if (ascii.length == 0) {
      return new Encoded.Broken(Problem.UNPROCESSABLE, "image_b64 is empty");
    }
    try {
      return new Encoded.File(Base64.getDecoder().decode(ascii));
    } catch (IllegalArgumentException notBase64) {
      return new Encoded.Broken(
          Problem.UNPROCESSABLE,
          "image_b64 is not Base64 (RFC 4648, section 4: no line breaks, no data: prefix)");
    }
  }

  private static int size(JsonParser json) throws IOException, BadBody {
    boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    if (!whole || json.getNumberType() != JsonParser.NumberType.INT || json.getIntValue() < 1) {
      throw new BadBody("/img_size", "img_size must be a whole number of pixels, 1 or more");
    }
    return json.getIntValue();
  }

  private static BadBody unknown(String pointer, String known) {
    return new BadBody(pointer, "unknown member; known here: " + known);
  }
}
