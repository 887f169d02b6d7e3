package dev.sluice.onnx;

import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Task;
import dev.sluice.inference.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Finds model files and loads them.
public final class ModelDirectory {
  private final OnnxRuntime runtime;

  public ModelDirectory(OnnxRuntime runtime) {
    this.runtime = runtime;
  }

  /// A file that is to be a version of a model.
  public record Source(String model, String version, Path file) {}

  /// The files `folder/<model>/<version>/model.onnx`, by name; none when there is no such folder.
  /// Names that cannot be names of models or versions are passed over.
  ///
  /// @throws ModelRefused when the folder cannot be read
  public static List<Source> find(Path folder) throws ModelRefused {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var sources = new ArrayList<Source>();
    for (Path model : named(folder)) {
      for (Path version : named(model)) {
        Path file = version.resolve("model.onnx");
        if (Files.isRegularFile(file)) {
          sources.add(
              new Source(model.getFileName().toString(), version.getFileName().toString(), file));
        }
      }
    }
    return sources;
  }

  private static List<Path> named(Path folder) throws ModelRefused {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .filter(entry -> Version.isName(entry.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new ModelRefused(folder + ": cannot be read", unreadable);
    }
  }

  /// Loads one file; blocks.
  ///
  /// @throws ModelRefused in one line: the file, and why it cannot be served
  public Loaded load(Source source) throws ModelRefused {
    ModelFile file = ModelFile.read(source.file());
    try {
      OnnxModel model = runtime.load(file.bytes());
      try {
        Metadata metadata = Metadata.read(model.metadata(), source.file());
        Task task = Tasks.of(model.signature(), metadata);
        var version = new Version(source.model(), source.version(), file.digest());
        return new Loaded(version, model, task, metadata.entries(), file.bytes().limit());
      } catch (ModelError | ModelRefused refused) {
        model.close();
        throw refused;
      }
    } catch (ModelError notAModel) {
      throw new ModelRefused(source.file() + ": " + notAModel.getMessage(), notAModel);
    } catch (ModelRefused unfit) {
      throw new ModelRefused(source.file() + ": " + unfit.getMessage(), unfit);
    }
  }
}
