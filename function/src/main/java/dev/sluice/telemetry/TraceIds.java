package dev.sluice.telemetry;

import dev.sluice.api.Trace;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Optional;
import java.util.regex.Pattern;

/// Gives a trace that starts here the id that its caller reads in `Trace-Id`, if that is one: so
/// answer, log line and trace are found by the same word.
///
/// The SDK asks for an id on the thread that starts the span, with no argument; hence the thread's
/// own place for it.
final class TraceIds implements IdGenerator {
  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final ThreadLocal<Optional<String>> NEXT =
      ThreadLocal.withInitial(Optional::empty);

  /// The next trace that this thread starts is to have this id.
  static void startNext(Trace trace) {
    NEXT.set(Optional.of(trace.id()).filter(id -> TRACE_ID.matcher(id).matches()));
  }

  @Override
  public String generateTraceId() {
    Optional<String> wanted = NEXT.get();
    NEXT.remove();
    return wanted.orElseGet(IdGenerator.random()::generateTraceId);
  }

  @Override
  public String generateSpanId() {
    return IdGenerator.random().generateSpanId();
  }
}
