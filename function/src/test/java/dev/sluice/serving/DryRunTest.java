package dev.sluice.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Model;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.TextTask;
import dev.sluice.inference.Version;
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
}
