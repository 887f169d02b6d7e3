package dev.sluice.api;

/// Makes the answer to a prediction's body.
interface Answering {
  /// Reads the body, asks the model, writes the answer.
  ///
  /// @param request what the head said
  /// @param body the whole body
  Response answer(Prediction request, Content body) throws BadBody;
}
