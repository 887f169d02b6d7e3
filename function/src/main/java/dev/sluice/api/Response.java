package dev.sluice.api;

import java.util.List;

/// An answer, ready for any wire. The shell adds `Content-Length`, `Date` and what its protocol
/// needs.
///
/// @param fields header fields, `Content-Type` among them where there is a body; each name once,
///     but `Set-Cookie`
/// @param body never changed after construction
/// @param after what becomes of the connection
public record Response(int status, List<Field> fields, byte[] body, After after) {
  /// What becomes of the connection once the answer is written.
  public enum After {
    KEEP,
    CLOSE
  }

  public Response {
    fields = List.copyOf(fields);
  }

  /// The same answer on a connection that goes on.
  Response keeping() {
    return new Response(status, fields, body, After.KEEP);
  }
}
