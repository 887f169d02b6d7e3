package dev.sluice.inference;

import java.util.Objects;
import java.util.regex.Pattern;

/// One ONNX file of a model: the model's name, the version's name and the file's SHA-256 in hex.
///
/// @param model name of the model, such as `digits`
/// @param name name of the version within its model, such as `A`
/// @param digest lower-case hex SHA-256 of the file
public record Version(String model, String name, String digest) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  public Version {
    if (!isName(model) || !isName(name)) {
      throw new IllegalArgumentException("not a name: " + model + "/" + name);
    }
    Objects.requireNonNull(digest);
  }

  /// Whether a text may name a model or a version.
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  @Override
  public String toString() {
    return model + "/" + name;
  }
}
