package dev.sluice.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.Set;

/// Reads bodies as strict JSON (RFC 8259): one document in UTF-8, no member twice, bounded in
/// depth, in the length of names and of numbers. Thread-safe.
final class StrictJson {
  private static final int DEEPEST = 32;

  /// Buffers that are kept for the next request. By default each thread keeps its own, and every
  /// request has a new thread.
  static final int BUFFERS_KEPT = 64;

  private final JsonFactory factory;

  StrictJson(int longestText) {
    factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(64)
                    .maxNameLength(64)
                    .maxStringLength(longestText)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_KEPT))
            .build();
  }

  /// What reads the tokens of one document; its messages are never shown.
  interface Reading<T> {
    T read(JsonParser json) throws IOException, BadBody;
  }

  /// Reads one object that fills the whole body.
  <T> T read(byte[] body, Reading<T> reading) throws BadBody {
    return read(Content.of(body), reading);
  }

  /// The same.
  <T> T read(Content body, Reading<T> reading) throws BadBody {
    return read(body, "a JSON object is expected", Set.of(JsonToken.START_OBJECT), reading);
  }

  /// Reads one object or one array that fills the whole body; the parser stands on its opening.
  <T> T readOneOrMany(Content body, Reading<T> reading) throws BadBody {
    return read(
        body,
        "a JSON object or an array of them is expected",
        Set.of(JsonToken.START_OBJECT, JsonToken.START_ARRAY),
        reading);
  }

  private <T> T read(Content body, String expected, Set<JsonToken> openings, Reading<T> reading)
      throws BadBody {
    if (body.isEmpty()) {
      throw new BadBody("", "the body is empty; " + expected);
    }
    if (!body.isUtf8() || looksLikeWideText(body)) {
      throw new BadBody("", "the body is not UTF-8 without a byte-order mark");
    }
    try (JsonParser json = factory.createParser(body.array(), body.from(), body.length())) {
      JsonToken opening = json.nextToken();
      if (opening == null || !openings.contains(opening)) {
        throw new BadBody("", expected);
      }
      T value = reading.read(json);
      if (json.nextToken() != null) {
        throw new BadBody("", "there is something after the end of the JSON document");
      }
      return value;
    } catch (StreamConstraintsException limit) {
      throw new BadBody(
          "", "a limit of the JSON reader: depth 32, 64 characters in a name, 64 in a number");
    } catch (IOException malformed) {
      throw new BadBody("", "the body is not valid JSON, or names a member twice");
    }
  }

  // The parser takes zero bytes at the start for UTF-16 or UTF-32; JSON never has one.
  private static boolean looksLikeWideText(Content body) {
    for (int i = body.from(); i < Math.min(body.from() + 4, body.to()); i++) {
      if (body.array()[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
