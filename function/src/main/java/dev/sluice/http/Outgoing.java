package dev.sluice.http;

import dev.sluice.api.Response;
import dev.sluice.http.Guard.Phase;
import dev.sluice.http.Wire.Keeping;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/// The answers of one connection on their way out, and what becomes of the connection after each.
///
/// A turn ends when its request has been received and its answer has left; then the gate opens for
/// the next. Once the connection is *over*, which it is from the moment its last answer is known,
/// there is no way back.
///
/// Lives on the connection's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in handlerRemoved
final class Outgoing implements ChannelFutureListener {
  private final Shell shell;
  private final Guard guard;
  private final Gate gate;
  private Turn turn = Turn.broken();
  private boolean over;

  Outgoing(Shell shell, Guard guard, Gate gate) {
    this.shell = shell;
    this.guard = guard;
    this.gate = gate;
  }

  void begin(Turn next) {
    turn = next;
  }

  boolean over() {
    return over;
  }

  /// The connection is gone.
  void lost() {
    over = true;
  }

  /// Writes an answer after which there is no other, whatever it says itself.
  void last(ByteBufAllocator memory, Response response) throws Exception {
    over = true;
    write(memory, response);
  }

  void write(ByteBufAllocator memory, Response response) throws Exception {
    over |= response.after() == Response.After.CLOSE;
    Keeping keeping = ending() ? Keeping.NOT : turn.keeping;
    send(shell.encode(memory, response, turn, keeping));
  }

  /// Writes the head of an answer that would go on if more than its head had been asked for.
  void lastHead(ByteBufAllocator memory, Response opening) throws Exception {
    over = true;
    send(shell.wire().opening(memory, opening, turn.delimiter));
  }

  /// From here on the connection belongs to an answer that goes on.
  void goOn() {
    over = true;
    gate.shut();
    guard.stream();
  }

  private void send(ByteBuf bytes) throws Exception {
    ChannelFuture sent = guard.send(bytes);
    if (over) {
      gate.shut();
    }
    if (sent.isDone()) {
      operationComplete(sent);
      return;
    }
    if (over || turn.received) {
      guard.enter(Phase.WRITE);
    }
    sent.addListener(this);
  }

  /// Ends the connection after an answer that was already given.
  void abandon() {
    over = true;
    gate.shut();
    if (turn.written) {
      guard.linger();
    }
  }

  /// Whether the answer that is about to be written is the last one.
  boolean ending() {
    over |= turn.keeping == Keeping.NOT || shell.traffic().draining();
    return over;
  }

  /// The end of an answer that somebody else wrote is on its way.
  void leaving() {
    guard.enter(Phase.WRITE);
  }

  /// The request is complete, and its answer is either written or being written.
  void received() throws Exception {
    if (turn.written) {
      end();
    } else {
      gate.shut();
      guard.enter(Phase.WRITE);
    }
  }

  /// The answer has left, or never will.
  @Override
  public void operationComplete(ChannelFuture sent) throws Exception {
    turn.close();
    turn.written = true;
    if (!sent.isSuccess()) {
      sent.channel().close();
    } else if (over) {
      guard.linger();
    } else if (turn.received) {
      end();
    }
  }

  private void end() throws Exception {
    guard.settle();
    gate.reopen();
    if (!gate.decoding()) {
      guard.closeIfEnded();
    }
  }
}
