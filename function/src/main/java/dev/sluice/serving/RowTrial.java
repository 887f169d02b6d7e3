package dev.sluice.serving;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Rows;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Finds out whether the rows of several callers may share a run of a model of tensors.
///
/// That every input and output begins with an open axis does not say that this axis is one of
/// rows: a running sum has such axes, too, and would add one caller's numbers to another's. So two
/// different rows, a (ones) and b (zeros), are run alone and as
///
///     a b b a b
///
/// and each row of the answer must be the one that it was alone. That order is neither sorted nor
/// the same backwards, and has rows of both kinds before and behind others, so that sums, means,
/// sorts and shifts along the axis show. Numbers with a point may differ by a little: a larger run
/// may add in another order. It is a trial, not a proof. What fails does not share either.
final class RowTrial {
  private static final List<Integer> ORDER = List.of(1, 0, 0, 1, 0);
  private static final double SLACK = 1e-2;

  private RowTrial() {}

  /// Whether each row had the answer that it has alone.
  static boolean passed(Model model, Deadline deadline) {
    try (Input together = MadeUp.rows(model.signature(), ORDER);
        Input zeros = MadeUp.rows(model.signature(), List.of(0));
        Input ones = MadeUp.rows(model.signature(), List.of(1))) {
      List<Tensor> all = model.run(together.tensors(), deadline);
      List<List<Tensor>> alone =
          List.of(model.run(zeros.tensors(), deadline), model.run(ones.tensors(), deadline));
      List<List<Tensor>> parts = Rows.split(all, ORDER.stream().map(row -> 1).toList());
      boolean same = true;
      for (int row = 0; row < ORDER.size(); row++) {
        same &= same(parts.get(row), alone.get(ORDER.get(row)));
      }
      return same;
    } catch (ModelError | IllegalArgumentException noRows) {
      return false;
    }
  }

  private static boolean same(List<Tensor> some, List<Tensor> others) {
    boolean same = some.size() == others.size();
    for (int at = 0; same && at < some.size(); at++) {
      same = same(some.get(at), others.get(at));
    }
    return same;
  }

  private static boolean same(Tensor one, Tensor other) {
    if (one.type() != other.type() || !one.shape().equals(other.shape())) {
      return false;
    }
    return switch (one) {
      case Tensor.Strings strings -> strings.equals(other);
      case Tensor.Numbers numbers ->
          other instanceof Tensor.Numbers others
              && (numbers.data().equals(others.data()) || near(values(numbers), values(others)));
    };
  }

  private static boolean near(List<Double> some, List<Double> others) {
    boolean near = !some.isEmpty();
    for (int at = 0; near && at < some.size(); at++) {
      double one = some.get(at);
      double other = others.get(at);
      near =
          Double.compare(one, other) == 0
              || Math.abs(one - other) <= SLACK * Math.max(1e-3, Math.abs(one));
    }
    return near;
  }

  /// Numbers with a point; none of other types, which are the same or are not.
  private static List<Double> values(Tensor.Numbers numbers) {
    var values = new ArrayList<Double>();
    ByteBuffer data = numbers.data();
    int size = Math.max(1, numbers.type().bytes());
    for (int at = data.position(); at < data.limit(); at += size) {
      switch (numbers.type()) {
        case FLOAT -> values.add((double) data.getFloat(at));
        case DOUBLE -> values.add(data.getDouble(at));
        case FLOAT16 -> values.add((double) Float.float16ToFloat(data.getShort(at)));
        case BFLOAT16 -> values.add((double) Float.intBitsToFloat(data.getShort(at) << 16));
        case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, STRING -> {}
      }
    }
    return values;
  }
}
