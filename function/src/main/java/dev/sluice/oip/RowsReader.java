package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import dev.sluice.inference.Signature;
import java.util.OptionalLong;

/// Reads requests of KServe's version 1, TensorFlow Serving and Vertex AI: `instances`, row by row,
/// or `inputs`, each as a whole. Names, types and shapes are not in them: a shape is found from how
/// arrays are nested, and must fit the model. Elements are read as those of [InferReader]. Checked
/// like there before memory is taken. Thread-safe as far as its buffers are.
///
///     {"instances": [[1, 2], [3, 4]]}                 a model with one input
///     {"instances": [{"a": 1, "b": "x"}, …]}          any, by names
///     {"inputs": {"a": [1, …], "b": ["x", …]}}        the same by columns
///
/// What else is in the body, `parameters` and `signature_name` for instance, means nothing.
public final class RowsReader {
  private final Buffers buffers;
  private final Limits limits;

  public RowsReader(Buffers buffers, Limits limits) {
    this.buffers = buffers;
    this.limits = limits;
  }

  /// Reads one request. A refused one leaves no buffers.
  ///
  /// @param body from `from` up to `to`; it is not kept
  /// @throws BadRequest when it is not such a request, does not fit the signature, passes a limit,
  ///     or when the model's outputs could not be written as it asks
  public RowsRequest read(byte[] body, int from, int to, Signature signature) throws BadRequest {
    try (var lent = new Lent(buffers)) {
      Beginning.mustNotBeOther(body, from, to);
      var json = new JsonCursor(body, from, to, OptionalLong.empty(), limits.deepest());
      return new RowsReading(json, signature, new Budget(limits), lent).read(buffers);
    }
  }
}
