package dev.sluice.config;

import dev.sluice.admission.TrustedProxies;
import dev.sluice.announce.Target;
import dev.sluice.api.Platform;
import dev.sluice.aws.OutsideAddress;
import dev.sluice.config.Setting.Refused;
import dev.sluice.config.Settings.LogFormat;
import dev.sluice.config.Settings.Mode;
import dev.sluice.config.Settings.Switch;
import dev.sluice.inference.Version;
import dev.sluice.routing.SigningKeys;
import dev.sluice.routing.Strategy;
import dev.sluice.store.StoreAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Every setting, once: what the program reads, what the documents say, what `.env.example` shows.
final class SettingsTable {
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,512}");
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern ROUTE = Pattern.compile("/[A-Za-z0-9/._~:@-]{0,511}");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9/_+=.@:-]{1,2048}");
  private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  static final Setting<String> HOST =
      Setting.text(
          "HOST",
          "127.0.0.1",
          "address of an interface",
          "Where the service listens; the container image sets 0.0.0.0.",
          text -> text);
  static final Setting<Integer> PORT =
      Setting.whole("PORT", 8080, 0, 65_535, "Port; 0 takes a free one, and the log says which.");
  static final Setting<Set<Platform>> ADAPTERS =
      Setting.text(
          "ADAPTERS",
          "",
          "some of sagemaker, kserve, vertex, by commas",
          "Other platforms' contracts that are answered too; see api.md. Off by default.",
          SettingsTable::platforms);
  static final Setting<OptionalInt> SAGEMAKER_BIND_TO_PORT =
      port(
          "SAGEMAKER_BIND_TO_PORT",
          "With the adapter `sagemaker` the port, where `PORT` is not set; SageMaker sets it.");
  static final Setting<OptionalInt> AIP_HTTP_PORT =
      port(
          "AIP_HTTP_PORT",
          "With the adapter `vertex` the port, where `PORT` is not set; Vertex AI sets it.");
  static final Setting<Optional<String>> AIP_HEALTH_ROUTE =
      route(
          "AIP_HEALTH_ROUTE",
          "With the adapter `vertex` the path that says whether it is ready; Vertex AI sets it.");
  static final Setting<Optional<String>> AIP_PREDICT_ROUTE =
      route(
          "AIP_PREDICT_ROUTE",
          "With the adapter `vertex` the path that predicts by the default model; Vertex AI sets"
              + " it. Wins over a path of the service's own.");
  static final Setting<Integer> EVENT_LOOPS =
      Setting.whole(
          "EVENT_LOOPS",
          1,
          1,
          64,
          "Threads that move bytes. Nothing on them waits, so they need not be many.");
  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.whole(
          "MAX_CONNECTIONS", 4096, 1, 1_000_000, "Open connections; one more is closed at once.");
  static final Setting<Integer> DRAIN_SECONDS =
      Setting.whole(
          "DRAIN_SECONDS",
          5,
          0,
          600,
          "After SIGTERM: how long `/ready` answers 503 while requests are still taken, so that"
              + " load balancers look away first. Longer than two of their polls.");
  static final Setting<TrustedProxies> TRUSTED_PROXIES =
      Setting.text(
          "TRUSTED_PROXIES",
          "",
          "addresses and CIDR ranges, by commas",
          "Proxies whose `X-Forwarded-For` is believed when a caller is counted by its address.",
          text -> {
            try {
              return TrustedProxies.parse(text);
            } catch (IllegalArgumentException wrong) {
              throw refused("addresses and CIDR ranges, by commas", wrong);
            }
          });

  static final Setting<Path> MODEL_VA_PATH =
      Setting.text(
          "MODEL_VA_PATH",
          "models/vA.onnx",
          "path of an ONNX file",
          "Version A of the default model `digits`.",
          SettingsTable::path);
  static final Setting<Path> MODEL_VB_PATH =
      Setting.text(
          "MODEL_VB_PATH",
          "models/vB.onnx",
          "path of an ONNX file",
          "Version B of the default model `digits`.",
          SettingsTable::path);
  static final Setting<Path> MODELS_DIR =
      Setting.text(
          "MODELS_DIR",
          "models",
          "path of a folder",
          "More models and versions: `<model>/<version>/model.onnx`. The first version by name is"
              + " stable, the second the canary.",
          SettingsTable::path);
  static final Setting<String> SENTENCE_MODEL =
      Setting.text(
          "SENTENCE_MODEL",
          "sentence",
          "name of a model",
          "What answers `sentence` at `/predict`.",
          SettingsTable::modelName);
  static final Setting<String> SMS_MODEL =
      Setting.text(
          "SMS_MODEL",
          "sms",
          "name of a model",
          "What answers `sms` at `/predict`.",
          SettingsTable::modelName);
  static final Setting<Integer> VALIDATION_MEMORY_MB =
      Setting.whole(
          "VALIDATION_MEMORY_MB",
          2048,
          1024,
          1_048_576,
          "Address space of the process that tries a model before it is loaded; about 1 GB of it is"
              + " Java's own. Models that are larger in memory than the rest need more.");
  static final Setting<Path> DATA_DIR =
      Setting.text(
          "DATA_DIR",
          "data",
          "path of a folder that can be written",
          "What must outlive a restart: the signing keys, and the store where `STORE_URL` is absent. `/data` in the container,"
              + " `function/target/data` under `scripts/serve`.",
          SettingsTable::path);

  static final Setting<Double> AB_WEIGHT_A =
      Setting.number(
          "AB_WEIGHT_A",
          "0.9",
          0,
          100,
          "Weight of version A of the default model; a fraction or a percentage, only the ratio"
              + " counts.");
  static final Setting<Double> AB_WEIGHT_B =
      Setting.number("AB_WEIGHT_B", "0.1", 0, 100, "Weight of version B of the default model.");
  static final Setting<Switch> CANARY_ENABLED =
      switched(
          "CANARY_ENABLED",
          "true",
          "Whether the canary gets weighted traffic at all; headers reach it either way.");
  static final Setting<Switch> SHADOW_ENABLED =
      switched(
          "SHADOW_ENABLED",
          "false",
          "Whether the canary gets copies of what stable answers; its answers are only compared.");
  static final Setting<Double> SHADOW_SAMPLE =
      Setting.number("SHADOW_SAMPLE", "1.0", 0, 1, "The part of stable's requests that is copied.");
  static final Setting<Strategy> ROUTING_STRATEGY =
      Setting.text(
          "ROUTING_STRATEGY",
          "sticky",
          "sticky, hash, weighted-random, round-robin",
          "How weights become assignments. `sticky`: by caller key, else by the cookie; `hash`: by"
              + " caller key; the others know no callers.",
          text -> {
            try {
              return Strategy.parse(text);
            } catch (IllegalArgumentException unknown) {
              throw refused("one of sticky, hash, weighted-random, round-robin", unknown);
            }
          });
  static final Setting<Optional<String>> STICKY_COOKIE =
      Setting.text(
          "STICKY_COOKIE",
          "sluice_variant",
          "name of a cookie; empty: off",
          "Signed cookie that keeps a caller without a key with its variant.",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : Optional.of(matching(text, COOKIE_NAME, "the name of a cookie")));
  static final Setting<String> CALLER_KEY_HEADER =
      Setting.text(
          "CALLER_KEY_HEADER",
          "X-User-Id",
          "name of a header field",
          "Where the caller key is: whoever sends the same key gets the same variant.",
          text -> matching(text, FIELD_NAME, "the name of a header field"));
  static final Setting<Switch> EXPERIMENT_HEADER =
      switched(
          "EXPERIMENT_HEADER",
          "on",
          "Whether `X-Experiment-Group: debug` reaches the debug variant without a token.");
  static final Setting<Optional<SigningKeys>> SIGNING_KEYS =
      Setting.optional(
              "SIGNING_KEYS",
              "`id:base64,id:base64`, at least 32 bytes each",
              "What signs cookies and outcome tokens. The first signs, all verify. Made once and kept in the data folder when absent;"
                  + " replicas need the same.",
              text -> {
                try {
                  return SigningKeys.parse(text);
                } catch (IllegalArgumentException wrong) {
                  throw refused("id:base64,id:base64 with at least 32 bytes each", wrong);
                }
              })
          .secret();

  static final Setting<Optional<String>> SIGNING_KEYS_SECRET =
      secret("SIGNING_KEYS_SECRET", "`SIGNING_KEYS`");

  static final Setting<Double> RATE_LIMIT_RPS =
      Setting.number(
          "RATE_LIMIT_RPS",
          "50",
          0,
          1_000_000,
          "Predictions a second for one caller (API key, else address); 0: no limit.");
  static final Setting<Integer> RATE_LIMIT_BURST =
      Setting.whole(
          "RATE_LIMIT_BURST", 100, 1, 1_000_000, "Predictions that a caller may send at once.");
  static final Setting<Double> GLOBAL_RATE_LIMIT_RPS =
      Setting.number(
          "GLOBAL_RATE_LIMIT_RPS",
          "0",
          0,
          1_000_000,
          "Predictions a second for all callers together; 0: no limit.");
  static final Setting<Integer> MAX_BODY_BYTES =
      Setting.whole("MAX_BODY_BYTES", 8_388_608, 1024, 268_435_456, "Bytes that a body may have.");
  static final Setting<Integer> MAX_BATCH =
      Setting.whole("MAX_BATCH", 64, 1, 4096, "Items that one request may have.");
  static final Setting<Integer> REQUEST_DEADLINE_MS =
      Setting.whole(
          "REQUEST_DEADLINE_MS",
          2000,
          10,
          600_000,
          "Milliseconds from the head of a request to its answer; `Prefer: wait=SECONDS` asks for"
              + " less.");
  static final Setting<Integer> MAX_PIXELS =
      Setting.whole(
          "MAX_PIXELS",
          4_000_000,
          1,
          100_000_000,
          "Pixels that a picture may have, and the pictures of a request together.");
  static final Setting<Integer> MAX_IMAGE_SIDE =
      Setting.whole("MAX_IMAGE_SIDE", 8192, 1, 65_535, "Pixels that a side of a picture may have.");
  static final Setting<OptionalLong> MAX_IN_FLIGHT_BYTES =
      Setting.text(
          "MAX_IN_FLIGHT_BYTES",
          "",
          "whole number, 1048576 to 17179869184",
          "Bytes of bodies held at once. When absent a tenth of the heap, within 16 and 64 MiB.",
          SettingsTable::bytes);

  static final Setting<OptionalInt> BATCH_MAX_SIZE =
      Setting.text(
          "BATCH_MAX_SIZE",
          "",
          "whole number, 1 to 4096",
          "Rows of several requests in one run, at most. When absent it is measured at load.",
          text ->
              text.isEmpty()
                  ? OptionalInt.empty()
                  : OptionalInt.of(Setting.wholeNumber(text, 1, 4096)));
  static final Setting<Integer> BATCH_MAX_DELAY_MS =
      Setting.whole(
          "BATCH_MAX_DELAY_MS",
          0,
          0,
          1000,
          "Milliseconds that a row may wait for company; used only where the measured costs say it"
              + " pays.");
  static final Setting<Integer> RUNNERS =
      Setting.whole(
          "RUNNERS", 0, 0, 256, "Model runs at the same time; 0: one for each processor.");

  static final Setting<Optional<String>> ADMIN_TOKEN =
      Setting.optional(
              "ADMIN_TOKEN",
              "16 to 512 printable characters without blanks",
              "Opens `/admin` and `/manage` as a bearer token; absent: they are off.",
              SettingsTable::token)
          .secret();
  static final Setting<Optional<String>> ADMIN_TOKEN_SECRET =
      secret("ADMIN_TOKEN_SECRET", "`ADMIN_TOKEN`");
  static final Setting<Optional<String>> VIEWER_TOKEN =
      Setting.optional(
              "VIEWER_TOKEN",
              "16 to 512 printable characters without blanks",
              "May read what `ADMIN_TOKEN` may change.",
              SettingsTable::token)
          .secret();
  static final Setting<Set<String>> API_KEYS =
      Setting.text(
              "API_KEYS",
              "",
              "keys of 16 to 512 printable characters, by commas",
              "When set, predictions, and reading models at `/v2`, need `Authorization: Bearer` with"
                  + " one of them.",
              text -> {
                var keys = new HashSet<String>();
                for (String key : list(text)) {
                  keys.add(token(key));
                }
                return Set.copyOf(keys);
              })
          .secret();

  static final Setting<Integer> FEEDBACK_HOURS =
      Setting.whole(
          "FEEDBACK_HOURS",
          24,
          1,
          168,
          "Hours after an answer in which `/v1/feedback` takes its outcome token.");

  static final Setting<Optional<StoreAddress>> STORE_URL =
      Setting.optional(
              "STORE_URL",
              "path, `sqlite:PATH`, `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, or `dynamodb:TABLE`",
              "Where rollouts, standing splits and history are kept. When absent: `sluice.db` in the data folder."
                  + " Replicas need one PostgreSQL, or one table of DynamoDB with the keys `pk` and `sk`.",
              text -> {
                try {
                  return StoreAddress.parse(text);
                } catch (IllegalArgumentException wrong) {
                  throw refused(
                      "a path, sqlite:PATH, postgresql://USER:PASSWORD@HOST:PORT/DATABASE or"
                          + " dynamodb:TABLE",
                      wrong);
                }
              })
          .shownAs(SettingsTable::storeWithoutSecrets);
  static final Setting<Mode> SLUICE_MODE =
      Setting.word(
          "SLUICE_MODE",
          Mode.CONTROL,
          "With `control` the process answers, and may lead: of all processes of one store one judges rollouts and moves"
              + " traffic. With `serve` it answers, counts and follows, and never leads.");
  static final Setting<List<OutsideAddress>> ROLLOUT_TARGETS =
      Setting.text(
          "ROLLOUT_TARGETS",
          "",
          "`[NAME=]lambda:FUNCTION:ALIAS` or `[NAME=]alb:RULE_ARN`, by commas",
          "Deployments whose traffic rollouts move: an alias of a Lambda function, a rule of a load balancer. Each is a model,"
              + " called NAME, or as the function or the load balancer is; see aws.md.",
          text -> {
            try {
              return OutsideAddress.parse(text);
            } catch (IllegalArgumentException wrong) {
              throw refused(String.valueOf(wrong.getMessage()), wrong);
            }
          });
  static final Setting<Integer> WINDOW_SECONDS =
      Setting.whole(
          "WINDOW_SECONDS",
          60,
          10,
          60,
          "Length of a window of evidence, for plans that do not say it.");
  static final Setting<Integer> TICK_SECONDS =
      Setting.whole(
          "TICK_SECONDS",
          5,
          1,
          60,
          "How often rollouts are looked at, and how long after its end a window is closed.");
  static final Setting<Integer> MAX_CONCURRENT_ROLLOUTS =
      Setting.whole(
          "MAX_CONCURRENT_ROLLOUTS", 10, 1, 32, "Rollouts at once, each on a model of its own.");

  static final Setting<LogFormat> LOG_FORMAT =
      Setting.word("LOG_FORMAT", LogFormat.AUTO, "`auto`: JSON, but text on a terminal.");
  static final Setting<Optional<String>> TRACES_ENDPOINT =
      Setting.optional(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "http or https URL of an OpenTelemetry collector",
              "When set, a span for each request is sent there (OTLP over HTTP). Off by default.",
              text -> matching(text, Pattern.compile("https?://[^\\s]+"), "the URL of a collector"))
          .shownAs(SettingsTable::siteAlone);
  static final Setting<Optional<URI>> WEBHOOK_URL =
      Setting.optional(
              "WEBHOOK_URL",
              "http or https URL without name and password",
              "When set, every end of a rollout is posted there as JSON, signed.",
              SettingsTable::webhook)
          .shownAs(SettingsTable::siteAlone);
  static final Setting<Optional<String>> WEBHOOK_SECRET =
      Setting.optional(
              "WEBHOOK_SECRET",
              "16 to 512 printable characters without blanks",
              "Signs what is posted to `WEBHOOK_URL`, which needs it.",
              SettingsTable::token)
          .secret();
  static final Setting<Switch> GREETING =
      switched(
          "SLUICE_GREETING",
          "off",
          "Whether the start prints the URL and a call to try, as `scripts/serve` does.");

  /// In the order in which the documents list them.
  static final List<Setting<?>> ALL =
      List.of(
          HOST,
          PORT,
          ADAPTERS,
          SAGEMAKER_BIND_TO_PORT,
          AIP_HTTP_PORT,
          AIP_HEALTH_ROUTE,
          AIP_PREDICT_ROUTE,
          EVENT_LOOPS,
          MAX_CONNECTIONS,
          DRAIN_SECONDS,
          TRUSTED_PROXIES,
          MODEL_VA_PATH,
          MODEL_VB_PATH,
          MODELS_DIR,
          SENTENCE_MODEL,
          SMS_MODEL,
          DATA_DIR,
          VALIDATION_MEMORY_MB,
          AB_WEIGHT_A,
          AB_WEIGHT_B,
          CANARY_ENABLED,
          SHADOW_ENABLED,
          SHADOW_SAMPLE,
          ROUTING_STRATEGY,
          STICKY_COOKIE,
          CALLER_KEY_HEADER,
          EXPERIMENT_HEADER,
          SIGNING_KEYS,
          SIGNING_KEYS_SECRET,
          RATE_LIMIT_RPS,
          RATE_LIMIT_BURST,
          GLOBAL_RATE_LIMIT_RPS,
          MAX_BODY_BYTES,
          MAX_BATCH,
          REQUEST_DEADLINE_MS,
          MAX_PIXELS,
          MAX_IMAGE_SIDE,
          MAX_IN_FLIGHT_BYTES,
          BATCH_MAX_SIZE,
          BATCH_MAX_DELAY_MS,
          RUNNERS,
          ADMIN_TOKEN,
          ADMIN_TOKEN_SECRET,
          VIEWER_TOKEN,
          API_KEYS,
          FEEDBACK_HOURS,
          STORE_URL,
          SLUICE_MODE,
          ROLLOUT_TARGETS,
          WINDOW_SECONDS,
          TICK_SECONDS,
          MAX_CONCURRENT_ROLLOUTS,
          LOG_FORMAT,
          TRACES_ENDPOINT,
          WEBHOOK_URL,
          WEBHOOK_SECRET,
          GREETING);

  private SettingsTable() {}

  private static Setting<Switch> switched(String variable, String fallback, String meaning) {
    return Setting.text(
        variable,
        fallback,
        "true, false, on, off",
        meaning,
        text ->
            switch (text) {
              case "true", "on" -> Switch.ON;
              case "false", "off" -> Switch.OFF;
              default -> throw new Refused("true, false, on or off");
            });
  }

  private static Setting<Optional<String>> secret(String variable, String of) {
    return Setting.optional(
        variable,
        "the name of a secret",
        "Where the value of " + of + " is kept in AWS Secrets Manager: read at the start.",
        text -> matching(text, SECRET, "the name of a secret in Secrets Manager"));
  }

  private static Setting<OptionalInt> port(String variable, String meaning) {
    return Setting.text(
        variable,
        "",
        "whole number, 1 to 65535",
        meaning,
        text ->
            text.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Setting.wholeNumber(text, 1, 65_535)));
  }

  private static Setting<Optional<String>> route(String variable, String meaning) {
    return Setting.optional(
        variable, "a path", meaning, text -> matching(text, ROUTE, "a path without escapes"));
  }

  private static Set<Platform> platforms(String text) throws Refused {
    var platforms = EnumSet.noneOf(Platform.class);
    for (String word : list(text)) {
      platforms.add(
          switch (word.toLowerCase(Locale.ROOT)) {
            case "sagemaker" -> Platform.SAGEMAKER;
            case "kserve" -> Platform.KSERVE;
            case "vertex" -> Platform.VERTEX;
            default -> throw new Refused("some of sagemaker, kserve, vertex, by commas");
          });
    }
    return Set.copyOf(platforms);
  }

  private static Path path(String text) throws Refused {
    try {
      return Path.of(text);
    } catch (InvalidPathException wrong) {
      throw refused("a path", wrong);
    }
  }

  private static URI webhook(String text) throws Refused {
    var must = "an http or https URL without name and password";
    try {
      URI url = new URI(text);
      if (Target.isUrl(url)) {
        return url;
      }
    } catch (URISyntaxException wrong) {
      throw refused(must, wrong);
    }
    throw new Refused(must);
  }

  /// Without user, password and what the driver is told.
  private static Optional<String> storeWithoutSecrets(String text) {
    try {
      return Optional.of(text.isEmpty() ? "" : StoreAddress.parse(text).toString());
    } catch (IllegalArgumentException wrong) {
      return Optional.empty();
    }
  }

  /// Without user and password, and without the path: those who take hooks put secrets into it.
  private static Optional<String> siteAlone(String text) {
    try {
      URI url = new URI(text);
      if (text.isEmpty() || url.getHost() == null) {
        return text.isEmpty() ? Optional.of("") : Optional.empty();
      }
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      String rest = url.getRawPath().length() > 1 || url.getRawQuery() != null ? "/…" : "";
      return Optional.of(url.getScheme() + "://" + url.getHost() + port + rest);
    } catch (URISyntaxException wrong) {
      return Optional.empty();
    }
  }

  private static String modelName(String text) throws Refused {
    if (!Version.isName(text)) {
      throw new Refused("the name of a model: letters, digits, dot, dash, underscore");
    }
    return text;
  }

  private static String token(String text) throws Refused {
    return matching(text, TOKEN, "16 to 512 printable characters without blanks");
  }

  private static String matching(String text, Pattern pattern, String must) throws Refused {
    if (!pattern.matcher(text).matches()) {
      throw new Refused(must);
    }
    return text;
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .collect(Collectors.toUnmodifiableList());
  }

  private static OptionalLong bytes(String text) throws Refused {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    var refused = new Refused("a whole number, 1048576 to 17179869184");
    try {
      long value = Long.parseLong(text);
      if (value >= 1_048_576 && value <= 17_179_869_184L) {
        return OptionalLong.of(value);
      }
    } catch (NumberFormatException notWhole) {
      refused.addSuppressed(notWhole);
    }
    throw refused;
  }

  private static Refused refused(String must, Exception cause) {
    var refused = new Refused(must);
    refused.addSuppressed(cause);
    return refused;
  }
}
