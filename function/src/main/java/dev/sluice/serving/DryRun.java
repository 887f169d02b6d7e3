package dev.sluice.serving;

import dev.sluice.inference.Classification;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Input;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Pixels;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/// Runs a version on rows that callers may well send, and looks whether its answers can be answers.
///
/// The rows are chosen to be plain: empty and short texts, black, white and striped pictures. A
/// model that has no finite answer to one of them would fail callers, too. A model of tensors is
/// given zeros, and only asked for tensors as its signature promises them: some models cannot take
/// zeros, and their failure is no fault (see [MadeUp#toBlame]).
public final class DryRun {
  private static final Duration LONGEST_RUN = Duration.ofSeconds(20);

  /// Softmax in single precision may be off one by this much.
  private static final float SLACK = 1e-4f;

  private static final int SIDE = 16;

  private final Inputs inputs;
  private final LongSupplier clock;

  public DryRun(Inputs inputs, LongSupplier clock) {
    this.inputs = inputs;
    this.clock = clock;
  }

  /// What is wrong with a version; nothing when its answers are sane.
  public List<String> faults(Loaded loaded) {
    Set<String> faults = new LinkedHashSet<>();
    switch (loaded.task()) {
      case TextTask text -> {
        for (Sample sample : texts(loaded.model().signature())) {
          faults.addAll(faults(loaded, sample, text.output()));
        }
      }
      case ImageTask image -> {
        for (Sample sample : pictures(loaded.model().signature())) {
          faults.addAll(faults(loaded, sample, image.output()));
        }
      }
      case TensorTask tensors -> {
        faults.addAll(faultsOnZeros(loaded.model(), 1));
        if (loaded.model().signature().batched()) {
          faults.addAll(faultsOnZeros(loaded.model(), 3));
        }
      }
    }
    return List.copyOf(faults);
  }

  /// Rows to try.
  ///
  /// @param what they are, to be named in a fault
  private record Sample(String what, Payload payload) {}

  private static List<Sample> texts(Signature signature) {
    List<String> texts = List.of("The quick brown fox jumps over it all.", "", "Où? 日本, 42!");
    var samples = new ArrayList<Sample>();
    samples.add(new Sample("a sentence", new Payload.Texts(List.of(texts.get(0)))));
    samples.add(new Sample("an empty text", new Payload.Texts(List.of(texts.get(1)))));
    samples.add(new Sample("a text that is not English", new Payload.Texts(List.of(texts.get(2)))));
    if (signature.batched()) {
      samples.add(new Sample("three texts at once", new Payload.Texts(texts)));
    }
    return samples;
  }

  private static List<Sample> pictures(Signature signature) {
    List<Pixels> pictures = List.of(stripes(), plain(0), plain(255));
    var samples = new ArrayList<Sample>();
    samples.add(new Sample("a striped picture", pictures(pictures.subList(0, 1))));
    samples.add(new Sample("a black picture", pictures(pictures.subList(1, 2))));
    samples.add(new Sample("a white picture", pictures(pictures.subList(2, 3))));
    if (signature.batched()) {
      samples.add(new Sample("three pictures at once", pictures(pictures)));
    }
    return samples;
  }

  private static Payload pictures(List<Pixels> pictures) {
    return new Payload.Pictures(pictures, OptionalInt.empty());
  }

  private static Pixels plain(int grey) {
    return new Pixels(1, 1, 1, new byte[] {(byte) grey});
  }

  private static Pixels stripes() {
    byte[] samples = new byte[SIDE * SIDE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i % SIDE * 255 / (SIDE - 1));
    }
    return new Pixels(SIDE, SIDE, 1, samples);
  }

  private List<String> faults(Loaded loaded, Sample sample, OutputKind kind) {
    int rows = sample.payload().rows();
    try (Input input = inputs.of(sample.payload(), loaded)) {
      var deadline = new Deadline(clock.getAsLong() + LONGEST_RUN.toNanos());
      var answers =
          Outputs.read(loaded.model().run(input.tensors(), deadline), loaded.task(), rows);
      var faults = new ArrayList<String>();
      answers.forEach(answer -> faults.addAll(faults(loaded, sample, kind, answer)));
      return faults;
    } catch (ModelError fails) {
      return List.of("gives no answer to " + sample.what() + ": " + fails.getMessage());
    }
  }

  private static List<String> faults(
      Loaded loaded, Sample sample, OutputKind kind, Classification answer) {
    var faults = new ArrayList<String>();
    int labels = loaded.task().labels().size();
    if (labels > 0 && answer.classes() != labels) {
      faults.add("answers with " + answer.classes() + " classes and has " + labels + " labels");
    }
    if (kind == OutputKind.PROBABILITIES) {
      for (float probability : answer.probabilities()) {
        if (probability < -SLACK || probability > 1 + SLACK) {
          faults.add(
              "answers "
                  + sample.what()
                  + " with "
                  + probability
                  + ", which is no probability; are these logits (sluice.output)?");
          break;
        }
      }
    }
    return faults;
  }

  private List<String> faultsOnZeros(Model model, int rows) {
    Signature signature = model.signature();
    try (Input input = MadeUp.zeros(signature, rows)) {
      var deadline = new Deadline(clock.getAsLong() + LONGEST_RUN.toNanos());
      return brokenPromises(signature.outputs(), model.run(input.tensors(), deadline));
    } catch (ModelError fails) {
      return MadeUp.toBlame(fails, signature)
          ? List.of()
          : List.of("gives no answer to zeros: " + fails.getMessage());
    }
  }

  private static List<String> brokenPromises(List<Port> promised, List<Tensor> given) {
    if (given.size() != promised.size()) {
      return List.of("answers with " + given.size() + " tensors and promises " + promised.size());
    }
    var faults = new ArrayList<String>();
    for (int at = 0; at < given.size(); at++) {
      Port port = promised.get(at);
      Tensor tensor = given.get(at);
      // A port of unknown rank looks like a scalar.
      boolean ranked = port.shape().isEmpty() || port.shape().size() == tensor.shape().size();
      if (tensor.type() != port.type() || !ranked) {
        var answered = new Port(port.name(), tensor.type(), tensor.shape());
        faults.add(
            "answers with "
                + port.name()
                + " "
                + answered.described()
                + " and promises "
                + port.described());
      }
    }
    return faults;
  }
}
