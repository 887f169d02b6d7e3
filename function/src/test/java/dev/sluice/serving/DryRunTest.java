package dev.sluice.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError.Kind;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.inference.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DryRunTest {
  private final Inputs inputs = new Inputs(new PooledBuffers(1 << 20), 1_000_000);
  private final DryRun dryRun = new DryRun(inputs, () -> 0);

  private static Loaded loaded(Model model, OutputKind kind) {
    return new Loaded(
        new Version("sms", "v1", "00"),
        model,
        new TextTask(kind, List.of("ham", "spam")),
        Map.of(),
        1);
  }

  @Test
  void saneAnswersHaveNoFault() {
    var model = PuppetModel.answering(0.25f, 0.75f);

    assertThat(dryRun.faults(loaded(model, OutputKind.PROBABILITIES))).isEmpty();
    assertThat(model.runs()).isEqualTo(4);
  }

  @Test
  void numbersOutsideOfZeroToOneAreNoProbabilities() {
    var model = PuppetModel.answering(-3f, 7f);

    assertThat(dryRun.faults(loaded(model, OutputKind.PROBABILITIES)))
        .isNotEmpty()
        .allMatch(fault -> fault.contains("-3.0, which is no probability"));
    assertThat(dryRun.faults(loaded(model, OutputKind.LOGITS))).isEmpty();
  }

  @Test
  void whatIsNotANumberIsNoAnswer() {
    var model = PuppetModel.answering(Float.NaN, 1f);

    assertThat(dryRun.faults(loaded(model, OutputKind.LOGITS)))
        .hasSize(4)
        .allMatch(fault -> fault.contains("not finite"));
  }

  @Test
  void thereIsAClassForEachLabel() {
    var model = PuppetModel.answering(0.2f, 0.3f, 0.5f);

    assertThat(dryRun.faults(loaded(model, OutputKind.PROBABILITIES)))
        .containsExactly("answers with 3 classes and has 2 labels");
  }

  @Test
  void aModelThatFailsIsFoundOut() {
    assertThat(dryRun.faults(loaded(PuppetModel.failing(), OutputKind.LOGITS)))
        .contains("gives no answer to an empty text: as told");
  }

  @Test
  void aKnownAnswerIsRightOrSaysWhatCameInstead() {
    var loaded = loaded(PuppetModel.answering(0.25f, 0.75f), OutputKind.PROBABILITIES);
    var payload = new Payload.Texts(List.of("free money"));
    var deadline = new Deadline(0);

    assertThat(new KnownAnswer(payload, 1).ask(loaded, inputs, deadline))
        .isEqualTo(new KnownAnswer.Result.Right());
    assertThat(new KnownAnswer(payload, 0).ask(loaded, inputs, deadline))
        .isEqualTo(new KnownAnswer.Result.Wrong("ham", "spam"));
    assertThat(
            new KnownAnswer(payload, 0)
                .ask(loaded(PuppetModel.failing(), OutputKind.LOGITS), inputs, deadline))
        .isInstanceOf(KnownAnswer.Result.Broken.class);
  }

  private static List<String> faults(DryRun dryRun, Model model) {
    var task = new TensorTask(List.of());
    return dryRun.faults(new Loaded(new Version("any", "v1", "00"), model, task, Map.of(), 1));
  }

  @Test
  void aModelOfTensorsIsRunOnOneAndOnThreeRowsOfZeros() {
    var asked = new ArrayList<List<Tensor>>();
    var model =
        PuppetTensors.of(
            List.of(Signature.ANY, 2L),
            inputs -> {
              asked.add(inputs);
              return inputs;
            });

    assertThat(faults(dryRun, model)).isEmpty();
    assertThat(asked)
        .containsExactly(
            List.of(PuppetTensors.floats(List.of(1L, 2L), 0, 0)),
            List.of(PuppetTensors.floats(List.of(3L, 2L), 0, 0, 0, 0, 0, 0)));
  }

  @Test
  void aModelThatTakesOneRowIsRunOnceWithEveryOtherOpenAxisOfLengthOne() {
    var asked = new ArrayList<List<Long>>();
    var model =
        PuppetTensors.of(
            List.of(2L, Signature.ANY),
            inputs -> {
              asked.add(inputs.getFirst().shape());
              return inputs;
            });

    assertThat(faults(dryRun, model)).isEmpty();
    assertThat(asked).containsExactly(List.of(2L, 1L));
  }

  @Test
  void aModelOfTensorsKeepsTheTypesAndRanksThatItPromises() {
    List<Long> promised = List.of(Signature.ANY, 2L);
    Tensor flat = PuppetTensors.floats(List.of(2L), 0, 0);
    Tensor text = new Tensor.Strings(List.of(1L, 1L), List.of(""));
    Tensor wider = PuppetTensors.floats(List.of(1L, 3L), 0, 0, 0);

    assertThat(faults(dryRun, PuppetTensors.of(promised, inputs -> List.of(flat))))
        .containsExactly("answers with y float[2] and promises float[?,2]");
    assertThat(faults(dryRun, PuppetTensors.of(promised, inputs -> List.of(text))))
        .containsExactly("answers with y string[1,1] and promises float[?,2]");
    assertThat(faults(dryRun, PuppetTensors.of(promised, inputs -> List.of())))
        .containsExactly("answers with 0 tensors and promises 1");
    assertThat(faults(dryRun, PuppetTensors.of(promised, inputs -> List.of(wider)))).isEmpty();
  }

  @Test
  void aModelThatCannotTakeZerosIsNotAtFaultButOneThatAlwaysBreaksIs() {
    List<Long> open = List.of(Signature.ANY);
    List<Long> fixed = List.of(2L);

    assertThat(faults(dryRun, PuppetTensors.failing(fixed, Kind.INVALID_ARGUMENT))).isEmpty();
    assertThat(faults(dryRun, PuppetTensors.failing(open, Kind.FAILED))).isEmpty();
    assertThat(faults(dryRun, PuppetTensors.failing(fixed, Kind.FAILED)))
        .containsExactly("gives no answer to zeros: as told");
    assertThat(faults(dryRun, PuppetTensors.failing(open, Kind.CANCELLED)))
        .containsExactly("gives no answer to zeros: as told");
  }
}
