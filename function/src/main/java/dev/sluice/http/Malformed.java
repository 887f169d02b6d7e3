package dev.sluice.http;

import dev.sluice.api.Refusal;

/// Carries a refusal through Netty's decoder, which knows no other way to say that a message is
/// bad. Without a stack trace: a caller can make us throw as many as it likes.
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  Malformed(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
