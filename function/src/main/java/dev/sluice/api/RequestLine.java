package dev.sluice.api;

import java.util.Optional;

/// The rules for the first line of a request, for every shell. Netty is lenient here: it takes
/// `HTTP/9.9`, `get` and any target.
///
/// A target has to be in origin form, and to mean the same to everyone who reads it, a proxy before
/// us included: so no dot segments in any spelling, no encoded separators, nothing that has to be
/// escaped and is not.
public final class RequestLine {
  /// Bytes of the line.
  public static final int LONGEST = 4_096;

  private static final String PATH_MARKS = "/-._~!$&'()*+,;=:@%";
  private static final String QUERY_MARKS = PATH_MARKS + "?[]|{}";

  private RequestLine() {}

  /// Why a line is refused; none when it is in order.
  public static Optional<Refusal> flaw(String method, String target, String version) {
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      return wellFormedVersion(version)
          ? refuse(Problem.HTTP_VERSION, "HTTP/1.0 and HTTP/1.1 are spoken here")
          : refuse(Problem.BAD_REQUEST, "the request line has no HTTP version");
    }
    return switch (method) {
      case "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS" -> targetFlaw(target);
      default ->
          upperCase(method)
              ? refuse(Problem.NOT_IMPLEMENTED, "the method is not supported")
              : refuse(Problem.BAD_REQUEST, "a method is written in capital letters");
    };
  }

  /// The refusal of a line of more than so many bytes.
  public static Refusal tooLong(int most) {
    return new Refusal(Problem.URI_TOO_LONG, "the request line is longer than " + most + " bytes");
  }

  private static boolean wellFormedVersion(String version) {
    return version.length() == 8
        && version.startsWith("HTTP/")
        && digit(version.charAt(5))
        && version.charAt(6) == '.'
        && digit(version.charAt(7));
  }

  private static boolean upperCase(String method) {
    return !method.isEmpty() && method.chars().allMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static Optional<Refusal> targetFlaw(String target) {
    if (target.isEmpty() || target.charAt(0) != '/') {
      return refuse(Problem.BAD_REQUEST, "the request target must be a path");
    }
    int query = target.indexOf('?');
    int end = query < 0 ? target.length() : query;
    if (!wellEscaped(target, 0, end, PATH_MARKS)
        || !wellEscaped(target, end, target.length(), QUERY_MARKS)) {
      return refuse(Problem.BAD_REQUEST, "the request target is not validly escaped");
    }
    return ambiguous(target, end)
        ? refuse(Problem.BAD_REQUEST, "the path has dot segments, or encoded separators")
        : Optional.empty();
  }

  private static boolean wellEscaped(String target, int from, int to, String marks) {
    for (int i = from; i < to; i++) {
      char c = target.charAt(i);
      if (c == '%') {
        int code = i + 2 < to ? escaped(target, i) : -1;
        if (code <= 0) {
          return false;
        }
        i += 2;
      } else if (!digit(c) && !letter(c) && marks.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /// Looks at a path that is known to be well escaped.
  private static boolean ambiguous(String target, int end) {
    int dots = 0;
    int others = 0;
    for (int i = 0; i < end; i++) {
      char c = target.charAt(i);
      if (c == '%') {
        int code = escaped(target, i);
        if (code == '/' || code == '\\' || code < ' ' || code == 0x7f) {
          return true;
        }
        c = (char) code;
        i += 2;
      }
      if (c == '/') {
        if (dotSegment(dots, others)) {
          return true;
        }
        dots = 0;
        others = 0;
      } else if (c == '.') {
        dots++;
      } else {
        others++;
      }
    }
    return dotSegment(dots, others);
  }

  private static boolean dotSegment(int dots, int others) {
    return others == 0 && (dots == 1 || dots == 2);
  }

  /// The byte that the escape at `i` stands for, or -1.
  private static int escaped(String text, int i) {
    int high = Character.digit(text.charAt(i + 1), 16);
    int low = Character.digit(text.charAt(i + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static Optional<Refusal> refuse(Problem problem, String detail) {
    return Optional.of(new Refusal(problem, detail));
  }
}
