package dev.sluice.telemetry;

import dev.sluice.admission.ByteBudget;
import dev.sluice.inference.Version;
import dev.sluice.routing.Routes;
import dev.sluice.serving.VersionHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What the gauges look at when somebody asks.
///
/// @param routes where traffic goes
/// @param queues rows that wait, for every loaded version
/// @param decodeWorkersLost picture decoders that are stuck
/// @param deadline that a request has when its caller asks for no less
/// @param unloaded versions that are on their way into memory, or did not get there
public record Watched(
    Supplier<Routes> routes,
    Supplier<Map<Version, IntSupplier>> queues,
    ByteBudget bodies,
    IntSupplier decodeWorkersLost,
    Connections connections,
    Duration deadline,
    Supplier<List<VersionHealth>> unloaded) {
  /// What is known of connections.
  ///
  /// @param open now
  /// @param refused since the start, because too many were open
  /// @param timeouts messages that took too long to come or to be read, since the start
  public record Connections(IntSupplier open, LongSupplier refused, LongSupplier timeouts) {}
}
