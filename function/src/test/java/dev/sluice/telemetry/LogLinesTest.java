package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.inference.ModelError;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Reads the lines as `logback.xml` writes them, and counts those of failures.
class LogLinesTest {
  private static final long SECOND = 1_000_000_000;

  private final LoggerContext context = new LoggerContext();
  private final AtomicLong now = new AtomicLong();
  private final ListAppender<ILoggingEvent> heard = new ListAppender<>();
  private final Logger failures = (Logger) LoggerFactory.getLogger(FailureLog.class);

  @AfterEach
  void leave() {
    failures.detachAppender(heard);
    failures.setAdditive(true);
    context.stop();
  }

  @Test
  void aLineIsOneJsonObjectWithExactlyTheseMembers() throws Exception {
    Logger logger = configured("json").getLogger("dev.sluice.Example");

    JsonNode line =
        json(logger, () -> logger.atInfo().addKeyValue("trace_id", "t-1").log("it changed"));

    assertThat(names(line))
        .containsExactlyInAnyOrder(
            "timestamp", "level", "logger", "message", "trace_id", "instance");
    assertThat(Instant.parse(line.get("timestamp").asText())).isAfter(Instant.EPOCH);
    assertThat(line.get("level").asText()).isEqualTo("INFO");
    assertThat(line.get("logger").asText()).isEqualTo("dev.sluice.Example");
    assertThat(line.get("message").asText()).isEqualTo("it changed");
    assertThat(line.get("trace_id").asText()).isEqualTo("t-1");
    assertThat(line.get("instance").asText()).isEqualTo("host-1");
  }

  @Test
  void whateverIsInALineItStaysOneLine() throws Exception {
    Logger logger = configured("json").getLogger("dev.sluice.Example");
    String odd = "a\nb\r\u2028\"}{\u001b[31m\\";

    String written =
        written(
            logger,
            () ->
                logger.atWarn().addKeyValue("value", odd).setCause(new IOException(odd)).log(odd));

    assertThat(written.strip().lines()).hasSize(1);
    assertThat(written).doesNotContain("\u001b");
    JsonNode line = new ObjectMapper().readTree(written);
    assertThat(line.get("message").asText()).isEqualTo(odd);
    assertThat(line.get("value").asText()).isEqualTo(odd);
    assertThat(line.get("stack_trace").asText()).contains("IOException");
  }

  @Test
  void textForPeopleHasNoControlCharactersOfStrangers() throws Exception {
    Logger logger = configured("text").getLogger("dev.sluice.Example");

    String written =
        written(
            logger,
            () -> logger.atInfo().addKeyValue("value", "a\nb\u001b[31m").log("it\nchanged"));

    assertThat(written.lines()).hasSize(1);
    assertThat(written).contains("INFO  Example it changed value=\"a b [31m\"");
    assertThat(written).doesNotContain("\u001b");
  }

  @Test
  void theFrameworkIsQuietUnlessSomethingIsWrong() throws Exception {
    LoggerContext lines = configured("json");

    assertThat(lines.getLogger("io.micronaut.context").isInfoEnabled()).isFalse();
    assertThat(lines.getLogger("io.micronaut.context").isWarnEnabled()).isTrue();
    assertThat(lines.getLogger("anything").isDebugEnabled()).isFalse();
  }

  @Test
  void aFailingModelDoesNotFloodTheLog() {
    FailureLog log = listening();
    var error = new ModelError(ModelError.Kind.FAILED, "no");

    for (int i = 0; i < 1000; i++) {
      log.failed(Watching.A, error, "t-" + i);
    }
    log.failed(Watching.B, error, "other");
    now.set(SECOND);
    log.failed(Watching.A, error, "later");

    assertThat(heard.list).hasSize(5);
    assertThat(heard.list.getLast().getKeyValuePairs().toString())
        .contains("trace_id=\"later\"", "left_out=\"997\"", "version=\"A\"", "kind=\"failed\"");
  }

  @Test
  void aBugInEveryRequestDoesNotFloodItEither() {
    FailureLog log = listening();

    for (int i = 0; i < 1000; i++) {
      log.broke(new IllegalStateException("bug"), "t-" + i);
    }

    assertThat(heard.list).hasSize(3);
  }

  private FailureLog listening() {
    heard.start();
    failures.setAdditive(false);
    failures.addAppender(heard);
    return new FailureLog(now::get);
  }

  private LoggerContext configured(String form) throws JoranException {
    context.putProperty("sluice.log.form", form);
    context.putProperty("sluice.log.instance", "host-1");
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogLinesTest.class.getResource("/logback.xml"));
    return context;
  }

  private String written(Logger logger, Runnable speaking) {
    var recorded = new ListAppender<ILoggingEvent>();
    recorded.setContext(context);
    recorded.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var console = (ConsoleAppender<ILoggingEvent>) root.iteratorForAppenders().next();
    root.detachAppender(console);
    logger.addAppender(recorded);
    speaking.run();
    return new String(console.getEncoder().encode(recorded.list.getFirst()), UTF_8);
  }

  private JsonNode json(Logger logger, Runnable speaking) throws IOException {
    return new ObjectMapper().readTree(written(logger, speaking));
  }

  private static List<String> names(JsonNode line) {
    var names = new ArrayList<String>();
    line.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
