package dev.sluice.http;

import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import dev.sluice.http.Guard.Late;
import dev.sluice.http.Guard.Phase;
import dev.sluice.http.Wire.Keeping;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection's requests and answers, one turn after the other.
///
///     head ── flaw ───────────────────────────────▶ last answer ──▶ linger, close
///       └─ door ── Answered ──▶ answer, drop the body ──▶ next turn
///             ├─ Open ──▶ body ──▶ a thread answers ────▶ next turn
///             └─ PassOn ▶ body ──▶ the framework answers ▶ next turn
///
/// Everything runs on the connection's event loop but [Exchange#answer]. Once the connection is
/// `over`, nothing that comes in can cause another answer.
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in handlerRemoved
final class Conversation extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final Shell shell;
  private final Guard guard;
  private final Gate gate;
  private final Passage passage;
  private final String peer;
  private Turn turn = Turn.broken();
  private boolean over;
  private volatile @Nullable ChannelHandlerContext context; // absent until added

  Conversation(Shell shell, Guard guard, Gate gate, String peer) {
    this.shell = shell;
    this.guard = guard;
    this.gate = gate;
    this.passage = new Passage(this);
    this.peer = peer;
  }

  Passage passage() {
    return passage;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    shell.traffic().opened(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    over = true;
    if (!turn.answering) {
      gone();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    try {
      if (!over && message instanceof HttpRequest request) {
        begin(request);
      }
      if (!over && message instanceof HttpContent piece) {
        take(piece);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
    if (!(event instanceof Late late)) {
      from.fireUserEventTriggered(event);
      return;
    }
    switch (late) {
      case HEAD -> {
        turn = Turn.broken();
        last(shell.door().refuse(Problem.REQUEST_TIMEOUT, "the head took too long to arrive"));
      }
      case BODY -> refuseBody(Problem.REQUEST_TIMEOUT, "the body took too long to arrive");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("event=connection_failed", cause);
    }
    from.close();
  }

  private void begin(HttpRequest request) throws Exception {
    Optional<Refusal> flaw = Framing.flaw(request);
    if (flaw.isPresent()) {
      turn = Turn.broken();
      last(shell.door().refuse(flaw.get().problem(), flaw.get().detail()));
      return;
    }
    turn = Turn.of(request);
    switch (shell.enter(head(request))) {
      case Entrance.Answered answered -> early(answered.response());
      case Entrance.Open open -> open(open.exchange());
      case Entrance.PassOn passOn -> {
        turn.passing = request;
        await(shell.limits().dropBytes(), null);
      }
    }
  }

  private Head head(HttpRequest request) {
    return new Head(
        request.method().name(),
        request.uri(),
        new FieldsOfNetty(request.headers()),
        peer,
        turn.length,
        System.nanoTime());
  }

  private void open(Exchange exchange) throws Exception {
    turn.open(exchange);
    if (turn.length > 0 && turn.length <= exchange.maxBodyBytes()) {
      if (!exchange.reserve(turn.length)) {
        last(exchange.refuse(Problem.OVERLOADED, "no room for the body now"));
        return;
      }
    }
    await(exchange.maxBodyBytes(), exchange);
  }

  private void await(long most, @Nullable Exchange exchange) throws Exception {
    if (turn.length > most) {
      early(refusal(Problem.PAYLOAD_TOO_LARGE, "the body may have " + most + " bytes"));
      return;
    }
    turn.body =
        turn.length == Head.UNKNOWN
            ? Body.chunked(
                most, shell.limits().pieces(), exchange == null ? any -> true : exchange::reserve)
            : Body.declared(turn.length);
    if (turn.hasBody()) {
      guard.enter(Phase.BODY);
      if (turn.continues) {
        guard.send(shell.wire().goOn());
      }
    }
  }

  private void take(HttpContent piece) throws Exception {
    if (piece.decoderResult().isFailure()) {
      Refusal broken = Framing.bodyMeaning(piece.decoderResult().cause());
      refuseBody(broken.problem(), broken.detail());
      return;
    }
    Body body = turn.body;
    if (body == null) {
      drop(piece.content().readableBytes());
    } else {
      collect(body, piece);
    }
    if (!over && piece instanceof LastHttpContent) {
      received();
    }
  }

  private void collect(Body body, HttpContent piece) throws Exception {
    switch (body.add(piece.content())) {
      case TAKEN -> {}
      case TOO_LARGE -> refuseBody(Problem.PAYLOAD_TOO_LARGE, "the body is too large");
      case TOO_MANY_PIECES -> refuseBody(Problem.BAD_REQUEST, "the body has too many chunks");
      case NO_ROOM -> refuseBody(Problem.OVERLOADED, "no room for the body now");
    }
  }

  private void drop(int bytes) {
    turn.dropped += bytes;
    if (turn.dropped > shell.limits().dropBytes()) {
      abandon();
    }
  }

  private void received() throws Exception {
    turn.received = true;
    Body body = turn.body;
    if (body == null) {
      if (turn.written) {
        end();
      } else {
        gate.shut();
        guard.enter(Phase.WRITE);
      }
      return;
    }
    gate.shut();
    guard.enter(Phase.ANSWER);
    HttpRequest passing = turn.passing;
    Exchange exchange = turn.exchange();
    if (passing != null) {
      passage.pass(Passing.whole(passing, body.bytes()));
    } else if (exchange != null) {
      answer(exchange, body.bytes());
    }
  }

  private void answer(Exchange exchange, byte[] body) throws Exception {
    turn.answering = true;
    try {
      shell.workers().execute(() -> work(exchange, body));
    } catch (RejectedExecutionException ending) {
      turn.answering = false;
      last(exchange.refuse(Problem.SHUTTING_DOWN, Problem.SHUTTING_DOWN.title()));
    }
  }

  /// On a thread of its own.
  private void work(Exchange exchange, byte[] body) {
    Response response = shell.answer(exchange, body);
    try {
      context().executor().execute(() -> deliver(response));
    } catch (RejectedExecutionException ended) {
      gone();
    }
  }

  private void deliver(Response response) {
    turn.answering = false;
    if (over) {
      gone();
      return;
    }
    try {
      write(response);
    } catch (Exception broken) {
      exceptionCaught(context(), broken);
    }
  }

  /// Nobody is there to be answered, and nothing runs any more for whoever was.
  private void gone() {
    turn.closeExchange();
    shell.traffic().closed(this);
  }

  /// An answer that needs no body: what comes of one is dropped if that is little, else the
  /// connection ends here.
  private void early(Response response) throws Exception {
    if (turn.length > shell.limits().dropBytes() || turn.continues) {
      last(response);
      return;
    }
    if (turn.hasBody()) {
      guard.enter(Phase.BODY);
    }
    write(response);
  }

  private void refuseBody(Problem problem, String detail) throws Exception {
    if (turn.body == null) {
      abandon();
    } else {
      last(refusal(problem, detail));
    }
  }

  private Response refusal(Problem problem, String detail) {
    Exchange exchange = turn.exchange();
    return exchange == null
        ? shell.door().refuse(problem, detail)
        : exchange.refuse(problem, detail);
  }

  /// Ends the connection after an answer that was already given.
  private void abandon() {
    over = true;
    gate.shut();
    if (turn.written) {
      guard.linger();
    }
  }

  private void last(Response response) throws Exception {
    over = true;
    write(response);
  }

  private void write(Response response) throws Exception {
    over |= response.after() == Response.After.CLOSE;
    Keeping keeping = ending() ? Keeping.NOT : turn.keeping;
    ChannelFuture sent = guard.send(shell.encode(context().alloc(), response, turn, keeping));
    if (over) {
      gate.shut();
    }
    if (sent.isDone()) {
      operationComplete(sent);
    } else {
      if (over || turn.received) {
        guard.enter(Phase.WRITE);
      }
      sent.addListener(this);
    }
  }

  /// The answer has left, or never will.
  @Override
  public void operationComplete(ChannelFuture sent) throws Exception {
    turn.closeExchange();
    turn.written = true;
    if (!sent.isSuccess()) {
      context().close();
    } else if (over) {
      guard.linger();
    } else if (turn.received) {
      end();
    }
  }

  private void end() throws Exception {
    guard.settle();
    gate.reopen(context().pipeline().context(gate));
    if (!gate.decoding()) {
      guard.closeIfEnded();
    }
  }

  /// Whether the answer that is about to be written is the last one; there is no way back.
  boolean ending() {
    over |= turn.keeping == Keeping.NOT || shell.traffic().draining();
    return over;
  }

  /// The end of a framework's answer is on its way.
  void leaving() {
    guard.enter(Phase.WRITE);
  }

  /// From any thread: a connection on which nothing happens is to go.
  void hurry() {
    ChannelHandlerContext here = context();
    here.executor().execute(guard::hurry);
  }

  /// From any thread: ends it now.
  void cut() {
    context().close();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext added = context;
    if (added == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return added;
  }
}
