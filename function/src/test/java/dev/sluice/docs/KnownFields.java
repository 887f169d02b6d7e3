package dev.sluice.docs;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The fields that a manifest may have.
///
/// Kubernetes' own kinds are read into their types: what a type does not know ends in its
/// `additionalProperties`, so a manifest is right when all of those are empty. Kinds of others have
/// no type here; for them there is a closed list of the fields that we use, in which `[]` is any
/// element and `*` any name.
final class KnownFields {
  private static final Pattern MODEL =
      Pattern.compile("io\\.fabric8\\.kubernetes\\.api\\.model\\..*");
  private static final Set<String> NAMES =
      Set.of("apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.labels.*");

  private static final Map<String, Set<String>> LISTED =
      Map.of(
          "Kustomization",
          Set.of(
              "namespace",
              "nameSuffix",
              "resources[]",
              "labels[].pairs.*",
              "labels[].includeSelectors",
              "images[].name",
              "images[].newName",
              "images[].newTag",
              "configMapGenerator[].name",
              "configMapGenerator[].behavior",
              "configMapGenerator[].envs[]",
              "configMapGenerator[].literals[]",
              "patches[].patch",
              "patches[].target.kind",
              "patches[].target.name"),
          "ServiceMonitor",
          Set.of(
              "spec.selector.matchLabels.*",
              "spec.endpoints[].port",
              "spec.endpoints[].path",
              "spec.endpoints[].interval",
              "spec.endpoints[].scrapeTimeout"),
          "DestinationRule",
          Set.of("spec.host", "spec.subsets[].name", "spec.subsets[].labels.*"),
          "VirtualService",
          Set.of(
              "spec.hosts[]",
              "spec.gateways[]",
              "spec.http[].name",
              "spec.http[].match[].uri.prefix",
              "spec.http[].match[].uri.exact",
              "spec.http[].match[].headers.*.exact",
              "spec.http[].directResponse.status",
              "spec.http[].route[].destination.host",
              "spec.http[].route[].destination.subset",
              "spec.http[].route[].destination.port.number",
              "spec.http[].route[].weight"));

  private static final KubernetesSerialization TYPES = new KubernetesSerialization();

  private KnownFields() {}

  /// The fields that nobody knows; a fault of another kind, such as a text in the place of a
  /// number, is thrown by the reader.
  static List<String> unknown(Manifest manifest) throws ReflectiveOperationException {
    Set<String> listed = LISTED.getOrDefault(manifest.kind(), Set.of());
    if (!listed.isEmpty()) {
      return leaves("", manifest.tree())
          .filter(leaf -> Stream.concat(NAMES.stream(), listed.stream()).noneMatch(fits(leaf)))
          .toList();
    }
    Object typed = TYPES.unmarshal(manifest.tree().toString());
    if (typed instanceof GenericKubernetesResource) {
      return List.of("the kind " + manifest.text("/apiVersion") + " " + manifest.kind());
    }
    var found = new TreeSet<String>();
    walk("", typed, found);
    return List.copyOf(found);
  }

  private static Predicate<String> fits(String leaf) {
    return known ->
        leaf.matches(Pattern.quote(known).replace("*", "\\E.+\\Q").replace("[]", "\\E\\[]\\Q"));
  }

  private static Stream<String> leaves(String path, JsonNode node) {
    if (node.isObject()) {
      return node.properties().stream()
          .flatMap(
              field ->
                  leaves(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue()));
    }
    if (node.isArray()) {
      return node.valueStream().flatMap(element -> leaves(path + "[]", element));
    }
    return Stream.of(path);
  }

  private static void walk(String path, Object value, Set<String> found)
      throws ReflectiveOperationException {
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        walk(path + "." + entry.getKey(), entry.getValue(), found);
      }
    } else if (value instanceof Collection<?> elements) {
      for (Object element : new ArrayList<>(elements)) {
        walk(path + "[]", element, found);
      }
    } else if (value instanceof KubernetesResource
        || MODEL.matcher(value.getClass().getName()).matches()) {
      for (Method getter : value.getClass().getMethods()) {
        walkOn(path, value, getter, found);
      }
    }
  }

  private static void walkOn(String path, Object value, Method getter, Set<String> found)
      throws ReflectiveOperationException {
    if (!getter.getName().startsWith("get") || getter.getParameterCount() > 0) {
      return;
    }
    String field = getter.getName().substring(3);
    if (field.equals("AdditionalProperties")) {
      if (getter.invoke(value) instanceof Map<?, ?> strangers) {
        strangers.keySet().forEach(key -> found.add(path + "." + key));
      }
    } else if (!field.equals("Class") && !getter.getReturnType().isEnum()) {
      Object inner = getter.invoke(value);
      if (inner != null) {
        walk(
            path + "." + field.substring(0, 1).toLowerCase(Locale.ROOT) + field.substring(1),
            inner,
            found);
      }
    }
  }
}
