package dev.sluice.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import java.util.List;

/// The handlers of one connection, from the socket inwards.
///
///     Guard       clocks, on raw bytes
///     Gate        decodes
///     encoder     what the framework answers
///     Conversation
///     Passage     and, behind it, the framework's own
record Chain(List<ChannelHandler> handlers) {
  static Chain of(Shell shell, Channel channel) {
    Guard guard = new Guard(shell.timings(), shell.traffic(), shell.ticker());
    Gate gate = new Gate(shell.limits());
    Conversation conversation = new Conversation(shell, guard, gate, peer(channel));
    Passage passage = conversation.passage();
    return new Chain(List.of(guard, gate, passage.encoder(), conversation, passage));
  }

  /// Takes the place of a codec; what the framework put behind it stays.
  void replace(ChannelPipeline pipeline, String codec) {
    handlers.forEach(handler -> pipeline.addBefore(codec, null, handler));
    pipeline.remove(codec);
    read(pipeline.channel());
  }

  void into(ChannelPipeline pipeline) {
    handlers.forEach(pipeline::addLast);
    read(pipeline.channel());
  }

  /// A caller that has said everything may close its side and still be answered.
  private static void read(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.config().setAutoRead(true);
  }

  private static String peer(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }
}
