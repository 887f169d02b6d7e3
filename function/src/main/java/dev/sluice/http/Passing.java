package dev.sluice.http;

import dev.sluice.api.Content;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;

/// The form in which a request goes on to the framework: whole, with a plain length, and without
/// what only concerned the connection.
final class Passing {
  private Passing() {}

  static FullHttpRequest whole(HttpRequest head, Content body) {
    HttpHeaders fields = head.headers();
    fields.remove(HttpHeaderNames.TRANSFER_ENCODING);
    fields.remove(HttpHeaderNames.EXPECT);
    fields.remove(HttpHeaderNames.UPGRADE);
    fields.set(HttpHeaderNames.CONTENT_LENGTH, body.length());
    return new DefaultFullHttpRequest(
        head.protocolVersion(),
        head.method(),
        head.uri(),
        Unpooled.copiedBuffer(body.array(), body.from(), body.length()),
        fields,
        EmptyHttpHeaders.INSTANCE);
  }
}
