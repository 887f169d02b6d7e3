package dev.sluice.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.Console;
import java.net.URL;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/// How log lines look. `logback.xml` has both forms and reads from two system properties which to
/// use and what to call this instance; so it does not matter who has logback read it again.
public final class Logs {
  private static final String FORM = "sluice.log.form";
  private static final String INSTANCE = "sluice.log.instance";

  private Logs() {}

  /// What a line is.
  public enum Form {
    /// An object for machines.
    JSON,
    /// Words for a person at a terminal.
    TEXT
  }

  /// From now on lines look like this. A configuration of the operator's own, named by
  /// `-Dlogback.configurationFile`, is left alone.
  public static void write(Form form, Instance instance) {
    System.setProperty(FORM, form.name().toLowerCase(Locale.ROOT));
    System.setProperty(INSTANCE, instance.name());
    URL configuration = Logs.class.getResource("/logback.xml");
    if (configuration == null
        || System.getProperty("logback.configurationFile") != null
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException broken) {
      throw new IllegalStateException("logback.xml cannot be read", broken);
    }
  }

  /// Whether a person is likely to read along: input and output are a terminal's.
  @SuppressWarnings("SystemConsoleNull") // on Java 21 it is null without a terminal
  public static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since Java 22 there is a console even without a terminal, and this method to tell.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unknown) {
      return false;
    }
  }
}
