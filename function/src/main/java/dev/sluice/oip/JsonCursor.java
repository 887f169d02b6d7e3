package dev.sluice.oip;

import java.util.List;
import java.util.OptionalLong;

/// Walks strictly over one JSON document (RFC 8259) in bytes: white space, brackets, strings in
/// UTF-8 without lone surrogates, literals and numbers, down to a depth. What is passed over is
/// checked like what is read. Used by one thread.
final class JsonCursor {
  private static final byte NOTHING = 0;

  private final byte[] bytes;
  private final int from;
  private final int end;
  private final OptionalLong lengthSaid;
  private final int deepest;
  private final Place place = new Place();
  private final Decimal decimal = new Decimal();
  private final WholeNumber whole = new WholeNumber();
  private final Text text = new Text();
  private int at;
  private int depth;

  /// @param lengthSaid the length of it where a field of the request says it
  JsonCursor(byte[] bytes, int from, int to, OptionalLong lengthSaid, int deepest) {
    this.bytes = bytes;
    this.from = from;
    this.at = from;
    this.end = to;
    this.lengthSaid = lengthSaid;
    this.deepest = deepest;
  }

  /// Whether something may follow the JSON.
  boolean isLengthSaid() {
    return lengthSaid.isPresent();
  }

  Place place() {
    return place;
  }

  BadRequest malformed(String detail) {
    return BadRequest.malformed(place.pointer(), detail);
  }

  /// Bytes from here to the end.
  int left() {
    return end - at;
  }

  /// A place to come back to with [#back], at the same depth.
  int here() {
    return at;
  }

  void back(int here) {
    at = here;
  }

  /// The first byte of what comes next, which is not passed; 0, which JSON never has, at the end.
  byte peek() {
    int i = at;
    while (i < end
        && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')) {
      i++;
    }
    at = i;
    return i < end ? bytes[i] : NOTHING;
  }

  /// The first byte of what comes after an opening bracket, from before that bracket.
  byte peekInside() {
    int bracket = at;
    at++;
    byte inside = peek();
    at = bracket;
    return inside;
  }

  void open(char bracket) throws BadRequest {
    if (peek() != bracket) {
      throw malformed(
          (bracket == '{' ? "an object is expected: " : "an array is expected: ") + found());
    }
    if (depth == deepest) {
      throw malformed("nested deeper than " + deepest);
    }
    depth++;
    at++;
  }

  /// Whether the object or array goes on, past the comma; else past its closing bracket.
  ///
  /// @param before how many members or elements came already
  boolean more(char closing, long before) throws BadRequest {
    byte next = peek();
    if (next == closing) {
      at++;
      depth--;
      return false;
    }
    if (before == 0) {
      return true;
    }
    if (next != ',') {
      throw malformed("'%s' or ',' is expected: %s".formatted(closing, found()));
    }
    at++;
    return true;
  }

  /// After the document nothing may come but white space.
  void finish() throws BadRequest {
    if (peek() != NOTHING || at < end) {
      throw malformed(
          "something comes after the end of the JSON document, at byte %d%s"
              .formatted(at - from, asSaid()));
    }
  }

  /// Passes the name of a member and its colon.
  ///
  /// @param known names that are compared without making text of them
  String member(List<String> known) throws BadRequest {
    if (peek() != '"') {
      throw malformed("the name of a member is expected: " + found());
    }
    String name = word(known);
    if (peek() != ':') {
      throw malformed("':' is expected: " + found());
    }
    at++;
    return name;
  }

  /// Passes a string that is probably one of a few.
  String word(List<String> known) throws BadRequest {
    passText();
    for (int i = 0; i < known.size(); i++) {
      if (text.is(known.get(i))) {
        return known.get(i);
      }
    }
    return text.value();
  }

  /// Reads a string.
  String string() throws BadRequest {
    if (peek() != '"') {
      throw malformed("a string is expected: " + found());
    }
    passText();
    return text.value();
  }

  /// Passes a string, which begins here; [#text] tells of it.
  void passText() throws BadRequest {
    int after = text.pass(bytes, at, end);
    if (after == Text.NONE) {
      throw malformed(
          "the string at byte %d is not ended, not UTF-8, has a bare control character, an unknown"
                  .formatted(at - from)
              + " escape or a lone surrogate"
              + (Found.ends(bytes, at, end) ? asSaid() : ""));
    }
    at = after;
  }

  /// The string passed last.
  Text text() {
    return text;
  }

  boolean bool() throws BadRequest {
    byte first = peek();
    if (first == 't' && passes("true")) {
      return true;
    }
    if (first == 'f' && passes("false")) {
      return false;
    }
    throw malformed("true or false is expected: " + found());
  }

  /// Whether this word is here; passed if so.
  boolean passes(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /// A whole number from 0 to 2^63 - 1.
  long count() throws BadRequest {
    peek();
    int after = whole.scan(bytes, at, end);
    if (after == WholeNumber.NONE || !whole.fitsSigned(Long.SIZE) || whole.bits() < 0) {
      throw malformed("a whole number, 0 or more, is expected: " + found());
    }
    at = after;
    return whole.bits();
  }

  /// Whether an integer was here and passed; nothing is passed where there is none.
  boolean passesWhole() {
    int after = whole.scan(bytes, at, end);
    at = after == WholeNumber.NONE ? at : after;
    return after != WholeNumber.NONE;
  }

  /// The integer passed last.
  WholeNumber whole() {
    return whole;
  }

  /// Whether a number was here and passed; nothing is passed where there is none.
  boolean passesDecimal() {
    int after = decimal.scan(bytes, at, end);
    at = after == Decimal.NONE ? at : after;
    return after != Decimal.NONE;
  }

  /// The number passed last.
  Decimal decimal() {
    return decimal;
  }

  /// Passes any value.
  void skip() throws BadRequest {
    byte first = peek();
    boolean passed =
        switch (first) {
          case '{' -> skipObject();
          case '[' -> skipArray();
          case '"' -> skipText();
          case 't' -> passes("true");
          case 'f' -> passes("false");
          case 'n' -> passes("null");
          default -> passesDecimal();
        };
    if (!passed) {
      throw malformed("a JSON value is expected: " + found());
    }
  }

  private boolean skipText() throws BadRequest {
    passText();
    return true;
  }

  private boolean skipArray() throws BadRequest {
    open('[');
    for (int i = 0; more(']', i); i = 1) {
      skip();
    }
    return true;
  }

  private boolean skipObject() throws BadRequest {
    open('{');
    for (int i = 0; more('}', i); i = 1) {
      if (peek() != '"') {
        throw malformed("the name of a member is expected: " + found());
      }
      passText();
      if (peek() != ':') {
        throw malformed("':' is expected: " + found());
      }
      at++;
      skip();
    }
    return true;
  }

  /// What is here, for messages: never more of it than is needed to see it.
  String found() {
    return "%s at byte %d%s"
        .formatted(Found.at(bytes, at, end), at - from, Found.ends(bytes, at, end) ? asSaid() : "");
  }

  private String asSaid() {
    return lengthSaid.isPresent()
        ? "; Inference-Header-Content-Length says that the JSON has %d bytes"
            .formatted(lengthSaid.getAsLong())
        : "";
  }
}
