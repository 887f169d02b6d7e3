package dev.sluice.api;

import java.util.Locale;

/// Every way in which a request can be refused or fail: the closed table behind all error bodies
/// (RFC 9457). The slug is stable; the title never varies.
public enum Problem {
  BAD_REQUEST(400, "The request is malformed"),
  INVALID_BODY(400, "The body does not fit"),
  UNAUTHORIZED(401, "Credentials are missing or wrong"),
  FORBIDDEN(403, "Not allowed"),
  ADMIN_OFF(403, "The admin API is switched off"),
  NOT_FOUND(404, "There is nothing here"),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
  REQUEST_TIMEOUT(408, "The request took too long to arrive"),
  CONFLICT(409, "Not in the present state"),
  PAYLOAD_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The request target is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type or coding is not supported"),
  EXPECTATION_FAILED(417, "The expectation cannot be met"),
  UNPROCESSABLE(422, "The input cannot be used"),
  RATE_LIMITED(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "The header fields are too large"),
  MODEL_FAILED(500, "The model gave no answer"),
  INTERNAL(500, "Something broke here"),
  NOT_IMPLEMENTED(501, "Not supported"),
  NOT_READY(503, "Not ready"),
  OVERLOADED(503, "Too busy right now"),
  SHUTTING_DOWN(503, "Shutting down"),
  STORE_AWAY(503, "The store is away"),
  DEADLINE_EXCEEDED(504, "The deadline has passed"),
  HTTP_VERSION(505, "The HTTP version is not supported");

  private final int status;
  private final String title;
  private final String slug;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
    this.slug = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /// Identifier of the kind, such as `rate-limited`; `type` is `urn:sluice:problem:` and this.
  public String slug() {
    return slug;
  }
}
