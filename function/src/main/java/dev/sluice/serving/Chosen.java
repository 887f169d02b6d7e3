package dev.sluice.serving;

import dev.sluice.inference.Version;
import dev.sluice.routing.Routed;
import java.util.Optional;

/// A call and the version that answers it.
///
/// @param shadow the version that gets a copy of it, if one does
/// @param beganNanos when the version was chosen
record Chosen(
    Call call,
    Routed.Route route,
    LiveVersion live,
    Reply.Standing standing,
    Optional<LiveVersion> shadow,
    long beganNanos) {
  Version version() {
    return live.loaded().version();
  }
}
