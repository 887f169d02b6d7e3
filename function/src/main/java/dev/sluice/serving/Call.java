package dev.sluice.serving;

import dev.sluice.inference.Deadline;
import dev.sluice.routing.Ask;

/// One prediction that has been let in.
///
/// @param ask who asks which model, and what may choose the variant
/// @param payload at least one row
/// @param attempt whether it was sent before
/// @param traceId names the request in logs
public record Call(Ask ask, Payload payload, Deadline deadline, Attempt attempt, String traceId) {}
