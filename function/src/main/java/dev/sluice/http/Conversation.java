package dev.sluice.http;

import dev.sluice.api.Content;
import dev.sluice.api.Entrance;
import dev.sluice.api.EventStream;
import dev.sluice.api.Exchange;
import dev.sluice.api.Head;
import dev.sluice.api.Pending;
import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import dev.sluice.api.Response;
import dev.sluice.http.Guard.Late;
import dev.sluice.http.Guard.Phase;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection's requests and answers, one turn after the other.
///
///     head ── flaw ───────────────────────────────▶ last answer ──▶ linger, close
///       └─ door ── Answered ──▶ answer, drop the body ──▶ next turn
///             ├─ Open ──▶ body ─┬▶ a thread answers ────▶ next turn
///             │                 └▶ small: [Awaited] ────▶ next turn
///             ├─ PassOn ▶ body ──▶ the framework answers ▶ next turn
///             └─ Stream ▶ a thread sends events ────▶ close
///
/// Everything runs on the connection's event loop but [Exchange#answer] and [EventStream#run]. Once
/// the connection is over ([Outgoing]), nothing that comes in can cause another answer.
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in handlerRemoved
final class Conversation extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final Shell shell;
  private final Guard guard;
  private final Gate gate;
  private final Outgoing outgoing;
  private final Passage passage;
  private final String peer;
  private Turn turn = Turn.broken();
  private volatile @Nullable ChannelHandlerContext context; // absent until added

  Conversation(Shell shell, Guard guard, Gate gate, String peer) {
    this.shell = shell;
    this.guard = guard;
    this.gate = gate;
    this.outgoing = new Outgoing(shell, guard, gate);
    this.passage = new Passage(outgoing);
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
    outgoing.lost();
    if (turn.streaming != null) {
      turn.streaming.lost();
    }
    if (!turn.answering) {
      gone();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    try {
      if (!outgoing.over() && message instanceof HttpRequest request) {
        begin(request);
      }
      if (!outgoing.over() && message instanceof HttpContent piece) {
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
        begin(Turn.broken());
        last(shell.door().refuse(Problem.REQUEST_TIMEOUT, late("head", shell.timings().head())));
      }
      case BODY ->
          refuseBody(new Refusal(Problem.REQUEST_TIMEOUT, late("body", shell.timings().body())));
    }
  }

  private static String late(String what, Duration limit) {
    return "the " + what + " took longer than " + limit.toMillis() + " ms to arrive";
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("event=connection_failed", cause);
    }
    from.close();
  }

  private void begin(HttpRequest request) throws Exception {
    Optional<Refusal> flaw = Framing.flaw(request, shell.limits());
    if (flaw.isPresent()) {
      begin(Turn.broken());
      last(shell.door().refuse(flaw.get().problem(), flaw.get().detail()));
      return;
    }
    begin(Turn.of(request));
    switch (shell.enter(head(request))) {
      case Entrance.Answered answered -> early(answered.response());
      case Entrance.Open open -> open(open.exchange());
      case Entrance.Stream streamed -> stream(streamed.stream());
      case Entrance.PassOn passOn -> {
        turn.passing = request;
        turn.passedFields = passOn.fields();
        await(shell.limits().dropBytes(), null);
      }
    }
  }

  private void begin(Turn next) {
    turn = next;
    outgoing.begin(next);
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
    await(exchange.maxBodyBytes(), exchange);
  }

  private void stream(EventStream events) throws Exception {
    if (turn.headOnly) {
      outgoing.lastHead(context().alloc(), events.opening());
    } else if (shell.traffic().draining()) {
      last(events.refuse(Problem.SHUTTING_DOWN, Problem.SHUTTING_DOWN.title()));
    } else {
      Optional<Traffic.Place> place = shell.traffic().stream();
      if (place.isPresent()) {
        stream(events, place.get());
      } else {
        early(events.refuse(Problem.OVERLOADED, mayGoOn(shell.limits().streams())));
      }
    }
  }

  private static String mayGoOn(int most) {
    return "no more than " + most + " event streams at once";
  }

  private void stream(EventStream events, Traffic.Place place) throws Exception {
    var streaming = new Streaming(events, shell.wire(), guard, context(), turn.delimiter);
    try {
      shell.workers().execute(() -> work(streaming, place));
    } catch (RejectedExecutionException ending) {
      place.close();
      last(events.refuse(Problem.SHUTTING_DOWN, Problem.SHUTTING_DOWN.title()));
      return;
    }
    turn.answering = true;
    turn.streaming = streaming;
    outgoing.goOn();
    streaming.begin();
  }

  /// On a thread of its own.
  private void work(Streaming streaming, Traffic.Place place) {
    try (place) {
      streaming.run();
    }
    try {
      context().executor().execute(() -> finish(streaming));
    } catch (RejectedExecutionException ended) {
      gone();
    }
  }

  private void finish(Streaming streaming) {
    turn.answering = false;
    if (context().isRemoved()) {
      gone();
    } else {
      streaming.finish();
    }
  }

  private void await(long most, @Nullable Exchange exchange) throws Exception {
    if (turn.length > most) {
      early(refusal(tooLarge(most, exchange)));
      return;
    }
    // A declared length takes no room: whoever sends heads and no bodies would have it all.
    LongPredicate room = exchange == null ? any -> true : exchange::reserve;
    turn.body =
        turn.length == Head.UNKNOWN
            ? Body.chunked(most, shell.limits().pieces(), room, shell.bodies())
            : Body.declared(turn.length, room, shell.bodies());
    if (turn.hasBody()) {
      guard.enter(Phase.BODY);
      if (turn.continues) {
        guard.send(shell.wire().goOn());
      }
    }
  }

  private void take(HttpContent piece) throws Exception {
    if (piece.decoderResult().isFailure()) {
      Refusal broken = Framing.bodyMeaning(piece.decoderResult().cause(), shell.limits());
      refuseBody(broken);
      return;
    }
    Body body = turn.body;
    if (body == null) {
      drop(piece.content().readableBytes());
    } else {
      collect(body, piece);
    }
    if (!outgoing.over() && piece instanceof LastHttpContent) {
      received();
    }
  }

  private static Refusal tooLarge(long most, @Nullable Exchange exchange) {
    return exchange == null ? Refusal.bodyTooLarge(most) : Refusal.bodyTooLarge(exchange);
  }

  private void collect(Body body, HttpContent piece) throws Exception {
    switch (body.add(piece.content())) {
      case TAKEN -> {}
      case TOO_LARGE -> refuseBody(tooLarge(body.most(), turn.exchange()));
      case TOO_MANY_PIECES ->
          refuseBody(
              new Refusal(
                  Problem.BAD_REQUEST,
                  "the body has more than " + shell.limits().pieces() + " chunks"));
      case NO_ROOM -> refuseBody(Refusal.noRoom());
    }
  }

  private void drop(int bytes) {
    turn.dropped += bytes;
    if (turn.dropped > shell.limits().dropBytes()) {
      outgoing.abandon();
    }
  }

  private void received() throws Exception {
    turn.received = true;
    Body body = turn.body;
    if (body == null) {
      outgoing.received();
      return;
    }
    gate.shut();
    HttpRequest passing = turn.passing;
    Exchange exchange = turn.exchange();
    // The framework was seen to give no answer at all when one of its classes was missing.
    guard.enter(passing == null ? Phase.ANSWER : Phase.WRITE);
    if (passing != null) {
      passage.pass(Passing.whole(passing, body.content()), turn.passedFields);
      turn.close();
    } else if (exchange != null) {
      answer(exchange, body.content());
    }
  }

  private void answer(Exchange exchange, Content body) throws Exception {
    turn.answering = true;
    Optional<Pending> pending = shell.begin(exchange, body);
    if (pending.isPresent()) {
      new Awaited(shell, context().executor(), pending.get(), this::deliver, this::gone).begin();
      return;
    }
    try {
      shell.workers().execute(() -> work(exchange, body));
    } catch (RejectedExecutionException ending) {
      turn.answering = false;
      last(exchange.refuse(Problem.SHUTTING_DOWN, Problem.SHUTTING_DOWN.title()));
    }
  }

  /// On a thread of its own.
  private void work(Exchange exchange, Content body) {
    Response response = shell.answer(exchange, body);
    try {
      context().executor().execute(() -> deliver(response));
    } catch (RejectedExecutionException ended) {
      gone();
    }
  }

  private void deliver(Response response) {
    turn.answering = false;
    if (outgoing.over()) {
      gone();
      return;
    }
    try {
      outgoing.write(context().alloc(), response);
    } catch (Exception broken) {
      exceptionCaught(context(), broken);
    }
  }

  /// Nobody is there to be answered, and nothing runs any more for whoever was.
  private void gone() {
    turn.close();
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
    outgoing.write(context().alloc(), response);
  }

  private void refuseBody(Refusal why) throws Exception {
    if (turn.body == null) {
      outgoing.abandon();
    } else {
      last(refusal(why));
    }
  }

  private Response refusal(Refusal why) {
    Exchange exchange = turn.exchange();
    return exchange == null
        ? shell.door().refuse(why.problem(), why.detail())
        : exchange.refuse(why.problem(), why.detail());
  }

  private void last(Response response) throws Exception {
    outgoing.last(context().alloc(), response);
  }

  /// From any thread: a connection on which nothing happens is to go, and a stream is to end.
  void hurry() {
    ChannelHandlerContext here = context();
    here.executor().execute(this::windUp);
  }

  private void windUp() {
    guard.hurry();
    if (turn.streaming != null) {
      turn.streaming.end();
    }
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
