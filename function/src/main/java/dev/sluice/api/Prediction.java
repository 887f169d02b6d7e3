package dev.sluice.api;

import dev.sluice.inference.Deadline;
import java.util.List;

/// A prediction that was let in, as far as its head tells.
///
/// @param visit what it is for
/// @param limits the RateLimit fields that go into every answer
record Prediction(Head head, Visit visit, Deadline deadline, List<Field> limits) {
  Trace trace() {
    return visit.trace();
  }
}
