package dev.sluice.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Encodes what the framework answers to requests that were passed on. Netty's encoder does not
/// know what was asked, so it has to be told that an answer to `HEAD` has no body.
final class PassedEncoder extends HttpResponseEncoder {
  private boolean headOnly;

  void expectHeadOnly(boolean only) {
    headOnly = only;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return headOnly || super.isContentAlwaysEmpty(response);
  }
}
