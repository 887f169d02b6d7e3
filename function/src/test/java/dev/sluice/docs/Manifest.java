package dev.sluice.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// One document of a file for Kubernetes.
///
/// @param file from the top of the repository
/// @param tree what it says
record Manifest(String file, JsonNode tree) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// All documents under a folder, by their files in order.
  static List<Manifest> under(String folder) throws IOException {
    var manifests = new ArrayList<Manifest>();
    try (Stream<Path> files = Files.walk(Repository.root().resolve(folder))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
        manifests.addAll(of(Repository.root().relativize(file).toString(), Files.readString(file)));
      }
    }
    return manifests;
  }

  /// Refuses a key that is there twice, as Kubernetes does.
  static List<Manifest> of(String file, String yaml) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    var manifests = new ArrayList<Manifest>();
    for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
      manifests.add(new Manifest(file, JSON.valueToTree(document)));
    }
    return manifests;
  }

  String kind() {
    return text("/kind");
  }

  String name() {
    return text("/metadata/name");
  }

  /// What is at a JSON pointer; empty where there is nothing.
  String text(String pointer) {
    return tree.at(pointer).asText();
  }

  JsonNode at(String pointer) {
    return tree.at(pointer);
  }

  boolean is(String kind) {
    return kind().equals(kind);
  }

  /// The only container of a Deployment.
  JsonNode container() {
    return at("/spec/template/spec/containers/0");
  }

  @Override
  public String toString() {
    return file + ": " + kind() + " " + name();
  }
}
