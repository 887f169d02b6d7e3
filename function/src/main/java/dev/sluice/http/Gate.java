package dev.sluice.http;

import dev.sluice.api.Refusal;
import dev.sluice.api.RequestLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Netty's decoder with a gate in front: while a request is being answered, what follows stays
/// bytes. Decoded, a read buffer full of pipelined requests would be a hundred times its size.
final class Gate extends HttpRequestDecoder {
  private static final int PIECE_BYTES = 65_536;

  private boolean open = true;
  private boolean decoding;
  private @Nullable ChannelHandlerContext context; // absent until something was read

  Gate(Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.lineBytes())
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxChunkSize(PIECE_BYTES)
            .setStrictLineParsing(true));
  }

  /// Nothing is decoded from here on, not even what the buffer holds already.
  void shut() {
    open = false;
  }

  /// Goes on with what the buffer holds.
  void reopen() throws Exception {
    ChannelHandlerContext here = context;
    boolean waiting = !open && !decoding;
    open = true;
    if (waiting && here != null) {
      channelRead(here, Unpooled.EMPTY_BUFFER);
    }
  }

  /// Whether further messages may come out of the buffer before anything else happens.
  boolean decoding() {
    return decoding;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    context = from;
    decoding = true;
    try {
      super.channelRead(from, message);
    } finally {
      decoding = false;
    }
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
    if (open) {
      super.decode(from, in, out);
    }
  }

  @Override
  protected HttpMessage createMessage(String[] line) {
    Optional<Refusal> flaw = RequestLine.flaw(line[0], line[1], line[2]);
    if (flaw.isPresent()) {
      throw new Malformed(flaw.get());
    }
    HttpVersion version = line[2].equals("HTTP/1.1") ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
    return new DefaultHttpRequest(version, HttpMethod.valueOf(line[0]), line[1], headersFactory);
  }
}
