package dev.sluice.config;

import dev.sluice.backtest.Effect;
import dev.sluice.config.BacktestOptions.WrongUse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Options with their values, from a closed list, each at most once. A value that is out of range
/// is an [IllegalArgumentException] whose message is one line.
final class BacktestArguments {
  private static final Set<String> VALUED =
      Set.of(
          "--preset",
          "--rate",
          "--errors",
          "--latency",
          "--latency-sigma",
          "--latency-drift",
          "--drift",
          "--callers",
          "--icc",
          "--score",
          "--p99",
          "--effect",
          "--runs",
          "--hours",
          "--seed",
          "--windows",
          "--output",
          "--threads",
          "--max-false-rollbacks",
          "--max-wrong-promotions");
  private static final Set<String> BESIDE_WINDOWS =
      Set.of("--windows", "--preset", "--p99", "--output");
  private static final String QUIET = "--quiet";
  private static final String DECIMAL = "([0-9]{1,12}(?:\\.[0-9]{1,12})?)";
  private static final Pattern PART = Pattern.compile(DECIMAL + "(%?)");
  private static final Pattern RATE = Pattern.compile(DECIMAL + "/(s|min|h)");
  private static final Pattern TIME = Pattern.compile(DECIMAL + "(us|ms|s)");

  private final Map<String, String> values;
  private final boolean quiet;

  private BacktestArguments(Map<String, String> values, boolean quiet) {
    this.values = Map.copyOf(values);
    this.quiet = quiet;
  }

  static BacktestArguments of(List<String> arguments) throws WrongUse {
    var values = new HashMap<String, String>();
    boolean quiet = false;
    int i = 0;
    while (i < arguments.size()) {
      String name = arguments.get(i);
      if (name.equals(QUIET)) {
        quiet = true;
        i++;
        continue;
      }
      if (!VALUED.contains(name)) {
        throw new WrongUse("unknown argument: " + name);
      }
      if (i + 1 == arguments.size() || arguments.get(i + 1).isBlank()) {
        throw new WrongUse(name + " needs a value");
      }
      if (values.put(name, arguments.get(i + 1)) != null) {
        throw new WrongUse(name + " is there twice");
      }
      i += 2;
    }
    refuseOther(values, "--output", Set.of("text", "json"));
    refuseBesideWindows(values);
    return new BacktestArguments(values, quiet);
  }

  // Recorded traffic is what it is, and is played once.
  private static void refuseBesideWindows(Map<String, String> values) throws WrongUse {
    String others =
        values.keySet().stream()
            .filter(name -> values.containsKey("--windows") && !BESIDE_WINDOWS.contains(name))
            .sorted()
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      throw new WrongUse("no meaning beside --windows: " + others);
    }
  }

  private static void refuseOther(Map<String, String> values, String name, Set<String> known)
      throws WrongUse {
    String value = values.get(name);
    if (value != null && !known.contains(value)) {
      throw new WrongUse(name + " must be text or json: " + value);
    }
  }

  boolean quiet() {
    return quiet;
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /// A fraction, or a percentage with its sign.
  OptionalDouble part(String name) {
    String text = values.get(name);
    return text == null ? OptionalDouble.empty() : OptionalDouble.of(part(name, text));
  }

  private static double part(String name, String text) {
    Matcher part = PART.matcher(text);
    double value = part.matches() ? Double.parseDouble(part.group(1)) : Double.NaN;
    double fraction = text.endsWith("%") ? value / 100 : value;
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(name + " must be a part like 0.5% or 0.005: " + text);
    }
    return fraction;
  }

  double perMinute(String name, double otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    Matcher rate = RATE.matcher(text);
    if (!rate.matches()) {
      throw new IllegalArgumentException(name + " must be like 600/min or 10/s: " + text);
    }
    double value = Double.parseDouble(rate.group(1));
    return switch (rate.group(2)) {
      case "s" -> value * 60;
      case "h" -> value / 60;
      default -> value;
    };
  }

  double micros(String name, double otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new IllegalArgumentException(name + " must be like 20ms or 1.5s: " + text);
    }
    double value = Double.parseDouble(time.group(1));
    return switch (time.group(2)) {
      case "s" -> value * 1e6;
      case "ms" -> value * 1e3;
      default -> value;
    };
  }

  double decimal(String name, double otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches(DECIMAL)) {
      throw new IllegalArgumentException(name + " must be a number: " + text);
    }
    return Double.parseDouble(text);
  }

  int whole(String name, int otherwise, int most) {
    long value = number(name, otherwise);
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be 1.." + most + ": " + value);
    }
    return (int) value;
  }

  long number(String name, long otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException(name + " must be a whole number: " + text);
    }
    return Long.parseLong(text);
  }

  Duration hours(String name, String text) {
    double hours = text.matches(DECIMAL) ? Double.parseDouble(text) : Double.NaN;
    if (!(hours > 0 && hours <= 24 * 30)) {
      throw new IllegalArgumentException(name + " must be above 0 and at most 720: " + text);
    }
    return Duration.ofSeconds(Math.round(hours * 3600));
  }

  /// `errors=3x,latency=+20%,score=+2%`.
  Optional<Effect> effect(String name) {
    String text = values.get(name);
    if (text == null) {
      return Optional.empty();
    }
    Effect effect = Effect.NONE;
    var seen = new HashSet<String>();
    for (String part : text.split(",", -1)) {
      String[] sides = part.split("=", 2);
      if (sides.length < 2 || !seen.add(sides[0])) {
        throw wrongEffect(name, text);
      }
      effect =
          switch (sides[0]) {
            case "errors" -> effect.withErrors(factor(name, sides[1]), 0);
            case "latency" -> effect.withLatency(factor(name, sides[1]));
            case "score" -> effect.withScore(factor(name, sides[1], "%") - 1);
            default -> throw wrongEffect(name, text);
          };
    }
    return Optional.of(effect);
  }

  private static double factor(String name, String text) {
    return text.endsWith("x") ? factor(name, text, "x") : factor(name, text, "%");
  }

  /// `3x` is 3; `+20%` is 1.2.
  private static double factor(String name, String text, String unit) {
    Pattern form =
        unit.equals("x") ? Pattern.compile(DECIMAL + "x") : Pattern.compile("[+-]" + DECIMAL + "%");
    Matcher factor = form.matcher(text);
    if (!factor.matches()) {
      throw wrongEffect(name, text);
    }
    double value = Double.parseDouble(factor.group(1));
    if (unit.equals("x")) {
      return value;
    }
    return text.startsWith("-") ? 1 - value / 100 : 1 + value / 100;
  }

  private static IllegalArgumentException wrongEffect(String name, String text) {
    return new IllegalArgumentException(
        name + " must be like errors=3x,latency=+20%,score=+2%: " + text);
  }
}
