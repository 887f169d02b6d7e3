package dev.sluice.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;

/// All of infra/kubernetes.
record Manifests(List<Manifest> all) {
  static final String FOLDER = "infra/kubernetes";

  Manifests {
    all = List.copyOf(all);
  }

  static Manifests read() throws IOException {
    return new Manifests(Manifest.under(FOLDER));
  }

  List<Manifest> of(String kind) {
    return all.stream().filter(it -> it.is(kind)).toList();
  }

  /// The first of a kind, where there is one.
  Manifest the(String kind) {
    return of(kind).getFirst();
  }

  Manifest in(String file) {
    return all.stream()
        .filter(it -> it.file().equals(FOLDER + "/" + file))
        .findFirst()
        .orElseThrow();
  }

  Manifest in(String file, String kind) {
    return of(kind).stream()
        .filter(it -> it.file().equals(FOLDER + "/" + file))
        .findFirst()
        .orElseThrow();
  }

  static List<String> texts(JsonNode objects, String field) {
    return StreamSupport.stream(objects.spliterator(), false)
        .map(it -> it.path(field).asText())
        .toList();
  }

  static boolean within(JsonNode wanted, JsonNode labels) {
    return !wanted.isEmpty()
        && wanted.properties().stream()
            .allMatch(it -> it.getValue().equals(labels.get(it.getKey())));
  }
}
