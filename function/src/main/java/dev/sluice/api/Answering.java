package dev.sluice.api;

/// Makes the answer to a prediction's body.
interface Answering {
  /// Reads the body, asks the model, writes the answer.
  ///
  /// @param request what the head said
  /// @param body the whole body
  Response answer(Prediction request, Content body) throws BadBody;

  /// Whether [#begin] takes microseconds and does not block.
  default boolean brief(Prediction request, Content body) {
    return false;
  }

  /// Reads the body and asks the model; the answer is written when it is asked for.
  default Pending begin(Prediction request, Content body) throws BadBody {
    return Pending.of(answer(request, body));
  }
}
