package dev.sluice.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// One way in which the function is packaged and started.
///
/// @param folder in which it starts
/// @param environment variables beside those that every form has
record Form(String name, List<String> command, Path folder, Map<String, String> environment) {
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
  private static final String HANDLER = "dev.sluice.config.Lambda";
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED");

  /// Nothing done: the jars as they come, native code within, both compilers.
  static Form plain(Place place) throws IOException {
    return ofJars(
        "jars as they come",
        place,
        place.scratch(),
        jars(List.of(place.jar().getParent().resolve("lambda-runtime")), place.jar()),
        List.of());
  }

  /// The zip as a managed runtime has it.
  ///
  /// @param jvm options
  static Form zip(String name, Place place, String... jvm) throws IOException {
    Path built = place.jar().getParent();
    Path task = unpacked(built.resolve("sluice-lambda.zip"), place.scratch().resolve("task"));
    var client = new ArrayList<Path>();
    for (Path jar : jars(List.of(built.resolve("lambda-runtime"), built.resolve("lib")))) {
      // What the client needs; all else comes from the package.
      if (jar.getFileName()
          .toString()
          .matches("(aws-lambda-java-(runtime|core|serialization)|utils-lite|annotations-\\d).*")) {
        client.add(jar);
      }
    }
    return ofJars(name, place, task, client, List.of(jvm));
  }

  /// The folder of an image.
  ///
  /// @param jvm options
  static Form image(String name, Place place, String... jvm) {
    Path packaged = place.scratch().resolveSibling("lambda-package");
    return new Form(
        name,
        List.of(packaged.resolve("bin/function").toString()),
        packaged,
        Map.of(
            "JAVA_HOME", place.home().toString(),
            "JAVA_OPTS", "-Xmx256m " + String.join(" ", jvm)));
  }

  private static Form ofJars(
      String name, Place place, Path folder, List<Path> jars, List<String> jvm) {
    var command = new ArrayList<String>();
    command.add(place.java());
    command.addAll(JVM);
    command.add("-Djava.io.tmpdir=" + place.scratch());
    command.addAll(jvm);
    command.add("-cp");
    command.add(jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.addAll(List.of(CLIENT, HANDLER));
    return new Form(
        name,
        command,
        folder,
        Map.of(
            "LAMBDA_TASK_ROOT", folder.toString(),
            "MODEL_VA_PATH", place.model("vA.onnx").toString(),
            "MODEL_VB_PATH", place.model("vB.onnx").toString(),
            "MODELS_DIR", place.model("").toString()));
  }

  private static List<Path> jars(List<Path> folders, Path... before) throws IOException {
    var jars = new ArrayList<>(List.of(before));
    for (Path folder : folders) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
        found.forEach(jars::add);
      }
    }
    return jars;
  }

  private static Path unpacked(Path file, Path to) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        Path target = to.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          try (InputStream from = zip.getInputStream(entry)) {
            Files.copy(from, target, StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
    return to;
  }
}
