package dev.sluice.api;

import dev.sluice.oip.InferReader;
import dev.sluice.oip.Limits;
import dev.sluice.oip.RowsReader;
import java.util.Map;

/// The ways in for tensors. However they are written, they share one limit, one pace and one room.
final class TensorLanes {
  // The shortest JSON for a number of eight bytes has two.
  private static final long MOST_GROWTH = 4;
  private static final int MOST_STRINGS = 65_536;

  private final ApiRules rules;
  private final ApiParts parts;
  private final Replies replies;
  private final Callers callers;
  private final Pace pace;

  private TensorLanes(ApiRules rules, ApiParts parts, Replies replies, Callers callers) {
    this.rules = rules;
    this.parts = parts;
    this.replies = replies;
    this.callers = callers;
    this.pace = new Pace(parts.tensors(), parts.slots(), parts.clock().getAsLong());
  }

  static Map<Endpoint, Predictions.Lane> of(
      ApiRules rules, ApiParts parts, Replies replies, Callers callers) {
    var room = new RoomForTensors(parts.buffers(), parts.pixels());
    Limits limits =
        Limits.of(Math.min(Integer.MAX_VALUE, MOST_GROWTH * rules.maxBodyBytes()), MOST_STRINGS);
    var reader = new InferReader(room, limits);
    var ways = new TensorLanes(rules, parts, replies, callers);
    Predictions.Lane protocol = ways.lane(Predictions.Intake.TENSORS, new ProtocolNotation(reader));
    Predictions.Lane rows =
        ways.lane(Predictions.Intake.TENSORS, new RowsNotation(new RowsReader(room, limits)));
    Predictions.Lane invocations = ways.lane(Predictions.Intake.INVOCATIONS, new SageMaker(reader));
    return Map.of(
        Endpoint.V2_MODEL_INFER, protocol,
        Endpoint.V2_VERSION_INFER, protocol,
        Endpoint.KSERVE_PREDICT, rows,
        Endpoint.VERTEX_PREDICT, rows,
        Endpoint.SAGEMAKER_INVOCATIONS, invocations);
  }

  private Predictions.Lane lane(Predictions.Intake intake, Notation notation) {
    return new Predictions.Lane(
        parts.tensors(),
        pace,
        Predictions.BodyLimit.set(rules.maxBodyBytes()),
        intake,
        new TensorAnswering(
            rules.maxBodyBytes(),
            parts.bytes(),
            notation,
            parts.serving(),
            replies,
            callers,
            parts.chance(),
            parts.clock()));
  }
}
