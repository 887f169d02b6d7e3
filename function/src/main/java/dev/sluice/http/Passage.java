package dev.sluice.http;

import dev.sluice.api.Field;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a connection leads on to the framework. The framework takes it for a connection of its own
/// on which now and then a whole request comes; it may answer each once, and has no say about
/// reading.
final class Passage extends ChannelDuplexHandler {
  private final Outgoing outgoing;
  private final PassedEncoder encoder = new PassedEncoder();
  private boolean answerable;
  private List<Field> fields = List.of();
  private @Nullable ChannelHandlerContext context; // absent until added

  Passage(Outgoing outgoing) {
    this.outgoing = outgoing;
  }

  PassedEncoder encoder() {
    return encoder;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /// @param added what the answer gets beside the framework's own fields
  void pass(FullHttpRequest request, List<Field> added) {
    ChannelHandlerContext here = context;
    if (here == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    encoder.expectHeadOnly(request.method().equals(HttpMethod.HEAD));
    answerable = true;
    fields = added;
    here.fireChannelRead(request);
    here.fireChannelReadComplete();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    // The framework hears only of the reads that were made for it.
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
  public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
    if (!answerable) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (message instanceof HttpResponse response) {
      fields.forEach(field -> response.headers().set(field.name(), field.value()));
      if (outgoing.ending()) {
        HttpUtil.setKeepAlive(response, false);
      }
    }
    if (message instanceof LastHttpContent) {
      answerable = false;
      outgoing.leaving();
      from.write(message, promise.unvoid().addListener(outgoing));
    } else {
      from.write(message, promise);
    }
  }

  @Override
  public void read(ChannelHandlerContext from) {
    if (from.channel().config().isAutoRead()) {
      from.read();
    }
  }
}
