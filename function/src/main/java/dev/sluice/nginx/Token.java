package dev.sluice.nginx;

import java.util.ArrayList;
import java.util.List;

/// A piece of a configuration of nginx. Blanks are no tokens.
///
/// @param from where it begins in the text
/// @param to where the next character is
/// @param line counted from 1
record Token(Kind kind, int from, int to, int line) {
  enum Kind {
    WORD,
    /// In quotes.
    QUOTED,
    /// From a `#` to the end of its line.
    COMMENT,
    SEMICOLON,
    OPEN,
    CLOSE
  }

  String of(String text) {
    return text.substring(from, to);
  }

  /// Takes a text apart, as nginx does.
  ///
  /// @throws WrongFile where a quote is not closed
  static List<Token> all(String text) throws WrongFile {
    List<Token> tokens = new ArrayList<>();
    int line = 1;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isBlank(c)) {
        line += c == '\n' ? 1 : 0;
        at++;
        continue;
      }
      Kind kind = kind(c);
      int to =
          switch (kind) {
            case SEMICOLON, OPEN, CLOSE -> at + 1;
            case COMMENT -> endOfLine(text, at);
            case QUOTED -> endOfQuote(text, at, line);
            case WORD -> endOfWord(text, at);
          };
      tokens.add(new Token(kind, at, to, line));
      line += (int) text.substring(at, to).chars().filter(it -> it == '\n').count();
      at = to;
    }
    return tokens;
  }

  private static Kind kind(char c) {
    return switch (c) {
      case ';' -> Kind.SEMICOLON;
      case '{' -> Kind.OPEN;
      case '}' -> Kind.CLOSE;
      case '#' -> Kind.COMMENT;
      case '"', '\'' -> Kind.QUOTED;
      default -> Kind.WORD;
    };
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static int endOfLine(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private static int endOfQuote(String text, int from, int line) throws WrongFile {
    for (int at = from + 1; at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == text.charAt(from)) {
        return at + 1;
      }
    }
    throw new WrongFile(line, "a quote is not closed");
  }

  private static int endOfWord(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        at += 2;
      } else if (c == '$' && text.startsWith("{", at + 1)) {
        at += 2;
      } else if (isBlank(c) || c == ';' || c == '{' || endsWord(text, from, at)) {
        break;
      } else {
        at++;
      }
    }
    return Math.min(at, text.length());
  }

  private static boolean endsWord(String text, int from, int at) {
    return text.charAt(at) == '}' && !inVariable(text, from, at);
  }

  // The brace that ends a variable's name in a word.
  private static boolean inVariable(String text, int from, int at) {
    return text.lastIndexOf("${", at) >= from && text.lastIndexOf('}', at - 1) < from;
  }
}
