package dev.sluice.api;

import java.util.ArrayList;
import java.util.List;

/// One admitted request whose answer goes on: events, until one of the two ends has enough. The
/// shell calls either `refuse` or `opening`, each at most once, and after `opening` at most once
/// `run`. It is the last answer on its connection.
public interface EventStream {
  /// The head of the answer, made by [#head]. Never blocks.
  Response opening();

  /// The answer when there can be no stream: too many of them, or shutting down. Never blocks.
  Response refuse(Problem problem, String detail);

  /// Sends events until it has no more, or the sink takes none. Blocks, on a thread of its own,
  /// which is interrupted when the sink closes: whoever waits for the next event need not find out
  /// by sending one. A caller that vanished without a word is noticed only by what cannot be sent,
  /// so a stream on which nothing happens sends an [Event#heartbeat()] now and then.
  void run(Sink sink);

  /// What every stream's answer begins with. A proxy must neither keep it nor gather events.
  ///
  /// @param more header fields of this one
  static Response head(List<Field> more) {
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", "text/event-stream"));
    fields.add(new Field("Cache-Control", "no-store"));
    fields.add(new Field("X-Accel-Buffering", "no"));
    fields.addAll(more);
    return new Response(200, fields, new byte[0], Response.After.CLOSE);
  }

  /// Where the events of one stream go. For one thread, the one that `run` is called on.
  interface Sink {
    /// Waits until the bytes are on their way. False when they are not: the caller is gone, or
    /// reads too slowly, or the service stops; then none that follow will be.
    boolean send(byte[] bytes);

    /// Whether there is any use in sending more.
    boolean open();
  }
}
