package dev.sluice.admission;

/// A request at the door: only its head has been read.
///
/// @param deadlineAtNanos after which nobody waits for the answer, on the clock of `nowNanos`
public record Arrival(Caller caller, long deadlineAtNanos) {}
