package dev.sluice.config;

import dev.sluice.api.SystemParts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One environment variable: its name, default, bounds and meaning, and how its text becomes a
/// value.
///
/// `function/docs/configuration.md` and `.env.example` are made of these, so what is written here
/// is what people read.
///
/// @param variable name in the environment
/// @param fallback text that is read when the variable is absent; empty for "none"
/// @param bounds what is allowed, in words
/// @param meaning one or two sentences
/// @param parser reads the text
/// @param disclosure what of the text operators may see
record Setting<T>(
    String variable,
    String fallback,
    String bounds,
    String meaning,
    Parser<T> parser,
    Disclosure disclosure) {

  /// One that may be shown as it is.
  Setting(String variable, String fallback, String bounds, String meaning, Parser<T> parser) {
    this(variable, fallback, bounds, meaning, parser, Optional::of);
  }

  /// What of a text may be shown; none where all of it is secret.
  interface Disclosure {
    Optional<String> of(String text);
  }

  /// The same, and its value is never shown.
  Setting<T> secret() {
    return shownAs(text -> Optional.empty());
  }

  /// The same, shown in another way.
  Setting<T> shownAs(Disclosure other) {
    return new Setting<>(variable, fallback, bounds, meaning, parser, other);
  }

  /// The setting as operators may see it.
  ///
  /// @param given its text, where there is one
  SystemParts.Setting shown(Optional<String> given) {
    String text = given.orElse(fallback);
    return disclosure
        .of(text)
        .<SystemParts.Setting>map(
            value ->
                new SystemParts.Setting.Open(
                    variable,
                    value,
                    given.isPresent() ? SystemParts.Origin.GIVEN : SystemParts.Origin.DEFAULT))
        .orElseGet(
            () ->
                new SystemParts.Setting.Secret(
                    variable,
                    text.isEmpty() ? SystemParts.Presence.ABSENT : SystemParts.Presence.SET));
  }

  /// Reads a text; refuses with a phrase that completes "VARIABLE must be …".
  interface Parser<T> {
    T parse(String text) throws Refused;
  }

  /// What the value would have to be. The value itself is not in it: it may be a secret.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String must) {
      super(must);
    }

    String must() {
      return String.valueOf(getMessage());
    }
  }

  /// The key under which a configuration file may give it: `sluice.rate-limit-rps`.
  String key() {
    return "sluice." + variable.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Setting<Integer> whole(
      String variable, int fallback, int least, int most, String meaning) {
    String bounds = "whole number, " + least + " to " + most;
    return new Setting<>(
        variable,
        Integer.toString(fallback),
        bounds,
        meaning,
        text -> wholeNumber(text, least, most));
  }

  static int wholeNumber(String text, int least, int most) throws Refused {
    var refused = new Refused("a whole number, " + least + " to " + most);
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notWhole) {
      refused.addSuppressed(notWhole);
    }
    throw refused;
  }

  static Setting<Double> number(
      String variable, String fallback, double least, double most, String meaning) {
    String bounds = "number, " + plain(least) + " to " + plain(most);
    return new Setting<>(
        variable,
        fallback,
        bounds,
        meaning,
        text -> {
          var refused = new Refused("a " + bounds);
          try {
            double value = Double.parseDouble(text);
            if (value >= least && value <= most) {
              return value;
            }
          } catch (NumberFormatException notNumber) {
            refused.addSuppressed(notNumber);
          }
          throw refused;
        });
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /// A setting with a closed list of words, read without case.
  static <E extends Enum<E>> Setting<E> word(String variable, E fallback, String meaning) {
    List<E> all = List.of(fallback.getDeclaringClass().getEnumConstants());
    String bounds = String.join(", ", all.stream().map(Setting::word).toList());
    return new Setting<>(
        variable,
        word(fallback),
        bounds,
        meaning,
        text -> {
          for (E value : all) {
            if (word(value).equals(text.toLowerCase(Locale.ROOT))) {
              return value;
            }
          }
          throw new Refused("one of " + bounds);
        });
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static <T> Setting<T> text(
      String variable, String fallback, String bounds, String meaning, Parser<T> parser) {
    return new Setting<>(variable, fallback, bounds, meaning, parser);
  }

  /// A setting that has no value of its own when it is absent.
  static <T> Setting<Optional<T>> optional(
      String variable, String bounds, String meaning, Parser<T> parser) {
    return new Setting<>(
        variable,
        "",
        bounds,
        meaning,
        text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.parse(text)));
  }
}
