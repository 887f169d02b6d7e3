package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// The members of a JSON object, read one by one. What is wrong with one is put on a list with its
/// place, and counts as left out, so that the reader goes on and all of it can be told at once.
/// Used by one thread.
final class Members {
  private final JsonNode object;
  private final String pointer;
  private final List<Problems.Fault> faults;
  private final Set<String> known = new LinkedHashSet<>();

  private Members(JsonNode object, String pointer, List<Problems.Fault> faults) {
    this.object = object;
    this.pointer = pointer;
    this.faults = faults;
  }

  /// The whole document.
  ///
  /// @param faults what is found wrong is added here
  static Members of(JsonNode object, List<Problems.Fault> faults) {
    return new Members(object, "", faults);
  }

  /// Whether a member of this name came.
  boolean has(String name) {
    known.add(name);
    return object.has(name);
  }

  /// Names something wrong at a member.
  void fault(String name, String detail) {
    faults.add(new Problems.Fault(place(name), detail));
  }

  private String place(String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private Optional<JsonNode> found(String name) {
    return has(name) ? Optional.of(object.path(name)) : Optional.empty();
  }

  /// A member that has to be there.
  void demand(String name) {
    if (!has(name)) {
      fault(name, "is missing");
    }
  }

  Optional<String> text(String name, int longest) {
    Optional<JsonNode> found = found(name);
    if (found.isPresent()
        && (!found.get().isTextual() || found.get().asText().length() > longest)) {
      fault(name, "a string of at most %d characters is expected".formatted(longest));
      return Optional.empty();
    }
    if (found.map(JsonNode::asText).filter(Members::isUnprintable).isPresent()) {
      fault(name, "a character that cannot be shown: a control character, or half of one");
      return Optional.empty();
    }
    return found.map(JsonNode::asText);
  }

  /// A store, a log or a terminal would make something else of it.
  private static boolean isUnprintable(String text) {
    return text.codePoints()
        .anyMatch(
            point ->
                Character.getType(point) == Character.SURROGATE
                    || (Character.isISOControl(point) && "\n\r\t".indexOf(point) < 0));
  }

  /// One of a few words.
  <T> Optional<T> choice(String name, Map<String, T> words) {
    Optional<JsonNode> found = found(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> chosen =
        found
            .filter(JsonNode::isTextual)
            .flatMap(word -> Optional.ofNullable(words.get(word.asText())));
    if (chosen.isEmpty()) {
      fault(name, "one of these is expected: " + String.join(", ", words.keySet()));
    }
    return chosen;
  }

  /// A number within bounds, both of them included.
  OptionalDouble number(String name, double least, double most) {
    Optional<JsonNode> found = found(name);
    if (found.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value = found.get().doubleValue();
    if (!found.get().isNumber() || !(value >= least && value <= most)) {
      fault(name, "a number is expected, %s to %s".formatted(figure(least), figure(most)));
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(value);
  }

  private static String figure(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  OptionalLong whole(String name, long least, long most) {
    Optional<JsonNode> found = found(name);
    if (found.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode value = found.get();
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    if (!fits || value.longValue() < least || value.longValue() > most) {
      fault(name, "a whole number is expected, %d to %d".formatted(least, most));
      return OptionalLong.empty();
    }
    return OptionalLong.of(value.longValue());
  }

  Optional<Boolean> truth(String name) {
    Optional<JsonNode> found = found(name);
    if (found.isPresent() && !found.get().isBoolean()) {
      fault(name, "true or false is expected");
      return Optional.empty();
    }
    return found.map(JsonNode::booleanValue);
  }

  Optional<Members> object(String name) {
    Optional<JsonNode> found = found(name);
    if (found.isPresent() && !found.get().isObject()) {
      fault(name, "an object is expected");
      return Optional.empty();
    }
    return found.map(value -> new Members(value, place(name), faults));
  }

  /// The elements of an array, each behind its number as the name of a member.
  Optional<List<Element>> array(String name, int most) {
    Optional<JsonNode> found = found(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!found.get().isArray() || found.get().size() > most) {
      fault(name, "an array of at most %d is expected".formatted(most));
      return Optional.empty();
    }
    var elements = new ArrayList<Element>();
    var within = new Members(found.get(), place(name), faults);
    for (int i = 0; i < found.get().size(); i++) {
      elements.add(new Element(within, i));
    }
    return Optional.of(elements);
  }

  /// One element of an array.
  static final class Element {
    private final Members array;
    private final int index;

    private Element(Members array, int index) {
      this.array = array;
      this.index = index;
    }

    private JsonNode value() {
      return array.object.path(index);
    }

    boolean isNumber() {
      return value().isNumber();
    }

    double number() {
      return value().doubleValue();
    }

    Optional<String> text() {
      return value().isTextual() ? Optional.of(value().asText()) : Optional.empty();
    }

    Optional<Members> object() {
      return value().isObject()
          ? Optional.of(new Members(value(), array.place(Integer.toString(index)), array.faults))
          : Optional.empty();
    }

    void fault(String detail) {
      array.fault(Integer.toString(index), detail);
    }
  }

  /// Asks for everything: what the members should be cannot be told.
  void passOver() {
    object.fieldNames().forEachRemaining(known::add);
  }

  /// Names every member that nobody asked for.
  void nothingElse() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                fault(name, "unknown; known here: " + String.join(", ", known));
              }
            });
  }

  /// Whether something is wrong so far, here or elsewhere.
  boolean faulty() {
    return !faults.isEmpty();
  }

  /// Whether something is wrong at a member or below it.
  boolean faulty(String name) {
    String place = place(name);
    return faults.stream()
        .map(Problems.Fault::pointer)
        .anyMatch(at -> at.equals(place) || at.startsWith(place + "/"));
  }
}
