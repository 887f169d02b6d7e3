package dev.sluice.config;

import dev.sluice.api.Examined;
import dev.sluice.image.ImageLimits;
import dev.sluice.image.JdkImageDecoder;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Task;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelDirectory.Source;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.onnx.OnnxRuntime;
import dev.sluice.serving.DryRun;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.KnownAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Loads a model file in this process and tries it. What the file does to the process is not held
/// back here; see [Confinement].
final class Examination {
  private static final Duration LONGEST_RUN = Duration.ofSeconds(20);
  private static final ImageLimits LIMITS = new ImageLimits(8192, 4_000_000, LONGEST_RUN);

  private final ModelDirectory directory;
  private final Inputs inputs = new Inputs(new PooledBuffers(0), Long.MAX_VALUE);
  private final ImageDecoder decoder = new JdkImageDecoder(LIMITS, System::nanoTime);

  private Examination(ModelDirectory directory) {
    this.directory = directory;
  }

  /// @param like the file in whose place it must fit
  static Examined of(Path file, Optional<Path> like) {
    try (OnnxRuntime runtime = OnnxRuntime.start()) {
      return new Examination(new ModelDirectory(runtime)).examined(file, like);
    }
  }

  private Examined examined(Path file, Optional<Path> like) {
    try {
      Loaded loaded = directory.load(new Source("candidate", "candidate", file));
      var faults = new ArrayList<String>();
      if (like.isPresent()) {
        faults.addAll(differences(loaded, like.get()));
      }
      faults.addAll(new DryRun(inputs, System::nanoTime).faults(loaded));
      faults.addAll(wrongAnswer(loaded));
      return new Examined(
          Optional.of(loaded.version().digest()),
          loaded.fileBytes(),
          Optional.of(kind(loaded.task())),
          Optional.of(loaded.model().signature()),
          faults);
    } catch (ModelRefused refused) {
      return Examined.refused(sentence(refused, file));
    }
  }

  private List<String> differences(Loaded loaded, Path like) {
    try {
      return differences(loaded, directory.load(new Source("candidate", "like", like)));
    } catch (ModelRefused refused) {
      return List.of("the version to be like cannot be loaded: " + sentence(refused, like));
    }
  }

  /// What callers would notice if one took the place of the other.
  static List<String> differences(Loaded loaded, Loaded stable) {
    Task task = loaded.task();
    Task other = stable.task();
    var differences = new ArrayList<String>();
    boolean sameKind = kind(task).equals(kind(other));
    if (!sameKind) {
      differences.add("takes " + kind(task) + "s, stable takes " + kind(other) + "s");
    }
    if (!task.labels().equals(other.labels())) {
      differences.add("has other labels than stable: " + task.labels() + ", not " + other.labels());
    }
    if (differences.isEmpty() && !task.interchangeable(other)) {
      differences.add(
          "takes pictures of another size than stable: " + size(task) + ", not " + size(other));
    } else if (sameKind) {
      loaded.model().signature().differencesFrom(stable.model().signature()).stream()
          .map(difference -> "differs from stable: " + difference)
          .forEach(differences::add);
    }
    return differences;
  }

  static String kind(Task task) {
    return switch (task) {
      case ImageTask image -> "image";
      case TextTask text -> "text";
      case TensorTask tensors -> "tensor";
    };
  }

  private static String size(Task task) {
    return switch (task) {
      case ImageTask image ->
          image.width()
              + "x"
              + image.height()
              + switch (image.sizing()) {
                case FIXED -> "";
                case FREE -> " or any";
              };
      case TextTask text -> "none";
      case TensorTask tensors -> "none";
    };
  }

  private List<String> wrongAnswer(Loaded loaded) throws ModelRefused {
    Optional<KnownAnswer> known = FixedRequest.of(loaded, decoder);
    if (known.isEmpty()) {
      return List.of();
    }
    var deadline = new Deadline(System.nanoTime() + LONGEST_RUN.toNanos());
    return switch (known.get().ask(loaded, inputs, deadline)) {
      case KnownAnswer.Result.Right right -> List.of();
      case KnownAnswer.Result.NoRoom none -> List.of();
      case KnownAnswer.Result.Wrong(String expected, String answered) ->
          List.of("answers its own check with " + answered + ", expected " + expected);
      case KnownAnswer.Result.Broken(String why) -> List.of("its own check: " + why);
    };
  }

  // Whoever asks over the network is told no path.
  private static String sentence(ModelRefused refused, Path file) {
    return String.valueOf(refused.getMessage())
        .replace(file + ": ", "")
        .replace(file.toAbsolutePath().getParent() + "/", "");
  }
}
