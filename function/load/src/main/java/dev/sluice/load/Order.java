package dev.sluice.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;

/// What was ordered: by system properties, and by the environment where it is secret.
///
/// @param base the service, without a path
/// @param perSecond requests a second; at their height where the rate changes
/// @param length of what is measured
/// @param warmUp before that, at the same rate; it counts nowhere
/// @param maxErrorShare 0 to 1
/// @param p95Ms most milliseconds that 19 of 20 answers may take, where it is said
/// @param p99Ms the same for 99 of 100
/// @param version the canary of a rollout
/// @param harmful whether it is expected to be rolled back
/// @param plan of the rollout, JSON
/// @param maxBodyBytes what the service takes
/// @param out where `summary.json` goes
/// @param commit for the record
record Order(
    String base,
    double perSecond,
    Duration length,
    Duration warmUp,
    double maxErrorShare,
    OptionalDouble p95Ms,
    OptionalDouble p99Ms,
    String version,
    boolean harmful,
    Path plan,
    int maxBodyBytes,
    Path out,
    String commit) {

  /// The order of this process.
  static Order given() {
    return read(System.getProperties());
  }

  static Order read(Properties properties) {
    return new Order(
        properties.getProperty("base", "http://127.0.0.1:8080").replaceAll("/+$", ""),
        Double.parseDouble(properties.getProperty("rps", "50")),
        Duration.ofSeconds(Long.parseLong(properties.getProperty("seconds", "60"))),
        Duration.ofSeconds(Long.parseLong(properties.getProperty("warmUp", "15"))),
        Double.parseDouble(properties.getProperty("maxErrorShare", "0.01")),
        number(properties, "p95Ms"),
        number(properties, "p99Ms"),
        properties.getProperty("version", "C"),
        Boolean.parseBoolean(properties.getProperty("harmful", "true")),
        Path.of(properties.getProperty("plan", "scripts/lib/demo-plan.json")),
        Integer.parseInt(properties.getProperty("maxBodyBytes", "8388608")),
        Path.of(properties.getProperty("out", "function/load/target/report")),
        properties.getProperty("commit", "unknown"));
  }

  private static OptionalDouble number(Properties properties, String name) {
    String text = properties.getProperty(name, "");
    return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  /// A token of the service's admin API.
  static Optional<String> adminToken() {
    return secret("ADMIN_TOKEN");
  }

  /// What callers need where `API_KEYS` is set.
  static Optional<String> apiKey() {
    return secret("API_KEY");
  }

  /// `NAME:PASSWORD` for a proxy with basic authentication.
  static Optional<String> user() {
    return secret("LOAD_USER");
  }

  private static Optional<String> secret(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}
