package dev.sluice.http;

import dev.sluice.api.Exchange;
import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.http.Wire.Delimiter;
import dev.sluice.http.Wire.Keeping;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request and its answer: what has to be remembered between the two. Over when the request has
/// been received *and* its answer written, in whichever order.
///
/// Lives on the connection's event loop; while `answering`, the exchange or the stream belongs to
/// the thread that answers.
final class Turn {
  final Keeping keeping;
  final Delimiter delimiter;
  final boolean headOnly;
  final boolean continues;
  final long length;

  boolean received;
  boolean written;
  boolean answering;
  long dropped;
  @Nullable Body body; // absent when nobody wants it
  @Nullable HttpRequest passing; // absent unless the framework is to answer
  List<Field> passedFields = List.of();
  @Nullable Streaming streaming; // absent unless the answer goes on
  private @Nullable Exchange exchange; // absent unless the door opened, and once it is closed

  private Turn(
      Keeping keeping, Delimiter delimiter, boolean headOnly, boolean continues, long length) {
    this.keeping = keeping;
    this.delimiter = delimiter;
    this.headOnly = headOnly;
    this.continues = continues;
    this.length = length;
  }

  /// Of a request that could not be understood: there is no next one.
  static Turn broken() {
    return new Turn(Keeping.NOT, Delimiter.CLOSE, false, false, 0);
  }

  static Turn of(HttpRequest request) {
    boolean chunked = HttpUtil.isTransferEncodingChunked(request);
    return new Turn(
        keeping(request),
        old(request) ? Delimiter.CLOSE : Delimiter.CHUNKS,
        request.method().equals(HttpMethod.HEAD),
        Framing.continues(request),
        chunked ? Head.UNKNOWN : HttpUtil.getContentLength(request, 0L));
  }

  boolean hasBody() {
    return length != 0;
  }

  void open(Exchange admitted) {
    exchange = admitted;
  }

  @Nullable Exchange exchange() {
    return exchange;
  }

  /// Nobody needs the exchange or its body any more. Once, however often it is asked for.
  void close() {
    Body read = body;
    if (read != null) {
      read.release();
    }
    Exchange held = exchange;
    exchange = null;
    if (held != null) {
      held.close();
    }
  }

  private static Keeping keeping(HttpRequest request) {
    if (!HttpUtil.isKeepAlive(request)) {
      return Keeping.NOT;
    }
    return old(request) ? Keeping.ALOUD : Keeping.SILENTLY;
  }

  private static boolean old(HttpRequest request) {
    return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }
}
