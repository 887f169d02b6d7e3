package dev.sluice.http;

import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import dev.sluice.api.RequestLine;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/// What a decoded head must keep to before the door is asked, and what a decoder's failure means to
/// the caller. The decoder itself refuses both lengths at once, doubled or crooked lengths, and
/// `chunked` that is not last (RFC 9112 §6).
final class Framing {
  private Framing() {}

  static Optional<Refusal> flaw(HttpRequest request, Limits limits) {
    if (request.decoderResult().isFailure()) {
      return Optional.of(meaning(request.decoderResult().cause(), limits));
    }
    HttpHeaders headers = request.headers();
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (!hostFits(headers.getAll(HttpHeaderNames.HOST), old)) {
      return refuse(Problem.BAD_REQUEST, "one Host field is needed, with a host and a port");
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    Optional<Refusal> coding = codings.isEmpty() ? Optional.empty() : codingFlaw(codings, old);
    return coding.isPresent() ? coding : expectationFlaw(headers, old);
  }

  /// What a failure in a body means: lines there are chunk sizes, fields are trailers.
  static Refusal bodyMeaning(Throwable cause, Limits limits) {
    return cause instanceof TooLongHttpHeaderException
        ? meaning(cause, limits)
        : new Refusal(Problem.BAD_REQUEST, "the body is not validly framed");
  }

  /// What a failure in a head means.
  static Refusal meaning(Throwable cause, Limits limits) {
    return switch (cause) {
      case Malformed malformed -> malformed.refusal();
      case TooLongHttpLineException line -> RequestLine.tooLong(limits.lineBytes());
      case TooLongHttpHeaderException fields -> Refusal.headersTooLarge(limits.headerBytes());
      default -> new Refusal(Problem.BAD_REQUEST, "the message is not valid HTTP/1.1");
    };
  }

  static boolean continues(HttpRequest request) {
    return request.headers().contains(HttpHeaderNames.EXPECT)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  private static Optional<Refusal> codingFlaw(List<String> codings, boolean old) {
    if (old) {
      return refuse(Problem.BAD_REQUEST, "HTTP/1.0 has no transfer codings");
    }
    return codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0))
        ? Optional.empty()
        : refuse(Problem.NOT_IMPLEMENTED, "chunked is the only transfer coding spoken here");
  }

  private static Optional<Refusal> expectationFlaw(HttpHeaders headers, boolean old) {
    if (old || !headers.contains(HttpHeaderNames.EXPECT)) {
      return Optional.empty();
    }
    List<String> expectations = headers.getAll(HttpHeaderNames.EXPECT);
    return expectations.size() == 1
            && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectations.get(0))
        ? Optional.empty()
        : refuse(Problem.EXPECTATION_FAILED, "100-continue is the only expectation met here");
  }

  private static boolean hostFits(List<String> hosts, boolean old) {
    if (hosts.isEmpty()) {
      return old;
    }
    return hosts.size() == 1 && hostLike(hosts.get(0));
  }

  private static boolean hostLike(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "-._~:[]%".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Refusal> refuse(Problem problem, String detail) {
    return Optional.of(new Refusal(problem, detail));
  }
}
