package dev.sluice.api;

import dev.sluice.inference.Signature;
import dev.sluice.oip.BadRequest;
import dev.sluice.oip.InferRequest;

/// How one protocol writes tensors into bodies.
interface Notation {

  /// A request that was read, and how its answer is to be written.
  record Asked(InferRequest infer, Replies.Body answer) {}

  /// Reads a body; whoever gets it closes it.
  Asked read(Prediction request, Content body, Signature signature) throws BadRequest;
}
