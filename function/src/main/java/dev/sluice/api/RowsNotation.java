package dev.sluice.api;

import dev.sluice.inference.Signature;
import dev.sluice.oip.BadRequest;
import dev.sluice.oip.RowsReader;
import dev.sluice.oip.RowsRequest;
import dev.sluice.oip.RowsWriter;

/// `instances` and `predictions`, as KServe's version 1 and Vertex AI have them.
record RowsNotation(RowsReader reader) implements Notation {

  @Override
  public Asked read(Prediction request, Content body, Signature signature) throws BadRequest {
    RowsRequest rows = reader.read(body.array(), body.from(), body.to(), signature);
    return new Asked(
        rows.infer(),
        (served, token) ->
            Replies.Sheet.json(
                RowsWriter.write(rows.rows(), served.signature(), served.outputs())));
  }
}
