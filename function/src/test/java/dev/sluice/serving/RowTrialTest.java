package dev.sluice.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.batching.CostCurve;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Signature;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RowTrialTest {
  private static final List<Long> COLUMN = List.of(Signature.ANY);

  /// A model of a list of numbers.
  private static PuppetTensors model(UnaryOperator<List<Float>> answers) {
    return PuppetTensors.of(
        COLUMN,
        inputs -> {
          List<Float> values = answers.apply(PuppetTensors.values(inputs.getFirst()));
          float[] numbers = new float[values.size()];
          for (int at = 0; at < numbers.length; at++) {
            numbers[at] = values.get(at);
          }
          return List.of(PuppetTensors.floats(List.of((long) numbers.length), numbers));
        });
  }

  private static boolean passed(PuppetTensors model) {
    return RowTrial.passed(model, new Deadline(0));
  }

  private static List<Float> runningSum(List<Float> values) {
    var sums = new ArrayList<Float>();
    float sum = 0;
    for (float value : values) {
      sum += value;
      sums.add(sum);
    }
    return sums;
  }

  private static List<Float> sorted(List<Float> values) {
    return values.stream().sorted().toList();
  }

  private static List<Float> partsOfTheSum(List<Float> values) {
    float sum = Collections.max(runningSum(values)) + 1;
    return values.stream().map(value -> (value + 1) / sum).toList();
  }

  @Test
  void rowsThatAreAnsweredEachOnItsOwnMayShare() {
    assertThat(passed(model(values -> values))).isTrue();
    assertThat(passed(model(values -> values.stream().map(value -> 3 - value).toList()))).isTrue();
  }

  @Test
  void numbersMayDifferByWhatRoundingMakes() {
    assertThat(
            passed(model(values -> values.stream().map(v -> v + 1e-6f * values.size()).toList())))
        .isTrue();
  }

  @Test
  void whatMixesItsRowsMayNotShare() {
    assertThat(passed(model(RowTrialTest::runningSum))).as("sum").isFalse();
    assertThat(passed(model(values -> runningSum(values.reversed()).reversed())))
        .as("sum from the end")
        .isFalse();
    assertThat(passed(model(RowTrialTest::sorted))).as("sorted").isFalse();
    assertThat(passed(model(values -> sorted(values).reversed()))).as("sorted down").isFalse();
    assertThat(passed(model(List::reversed))).as("reversed").isFalse();
    assertThat(passed(model(RowTrialTest::partsOfTheSum))).as("softmax").isFalse();
    assertThat(passed(model(values -> values.subList(0, 1)))).as("first").isFalse();
  }

  @Test
  void whatFailsDoesNotShare() {
    assertThat(passed(PuppetTensors.failing(COLUMN, ModelError.Kind.INVALID_ARGUMENT))).isFalse();
  }

  @Test
  void onlyRowsThatStayApartAreMeasuredTogether() throws Exception {
    assertThat(measured(model(values -> values)).measured().size()).isGreaterThan(1);
    assertThat(measured(model(RowTrialTest::runningSum)).measured()).hasSize(1);
    assertThat(measured(model(RowTrialTest::runningSum)).ceiling()).isEqualTo(1);
  }

  private static CostCurve measured(PuppetTensors model) throws ModelError {
    var inputs = new Inputs(new PooledBuffers(0), 1);
    var task = new TensorTask(List.of());
    var loaded = new Loaded(new Version("any", "v1", "00"), model, task, Map.of(), 1);
    return new WarmUp(inputs, Duration.ofSeconds(1), () -> 0).measure(loaded);
  }
}
