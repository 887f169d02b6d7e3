package dev.sluice.api;

/// Why a message goes no further than the shell.
public record Refusal(Problem problem, String detail) {
  /// The body has more bytes than its endpoint takes.
  public static Refusal bodyTooLarge(long most) {
    return new Refusal(Problem.PAYLOAD_TOO_LARGE, "the body may have " + most + " bytes");
  }

  /// The same in the words of a request.
  public static Refusal bodyTooLarge(Exchange exchange) {
    return new Refusal(Problem.PAYLOAD_TOO_LARGE, exchange.tooLarge());
  }

  /// There are too many bytes of bodies already.
  public static Refusal noRoom() {
    return new Refusal(Problem.OVERLOADED, "no room for the body now (MAX_IN_FLIGHT_BYTES)");
  }

  /// The header fields have more bytes than a shell takes.
  public static Refusal headersTooLarge(int most) {
    return new Refusal(
        Problem.HEADERS_TOO_LARGE, "the header fields have more than " + most + " bytes");
  }
}
