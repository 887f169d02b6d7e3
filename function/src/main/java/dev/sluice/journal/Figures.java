package dev.sluice.journal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// How numbers are read: a text is never one, not even `"NaN"`, and each is finite. As the name of
/// a member there is one way to write each.
final class Figures {
  private static final Pattern NAME = Pattern.compile("0|[1-9][0-9]{0,8}");

  private Figures() {}

  static void addTo(SimpleModule module) {
    module.addDeserializer(double.class, new Finite(double.class));
    module.addDeserializer(Double.class, new Finite(Double.class));
    module.addDeserializer(OptionalDouble.class, new Perhaps());
    module.addKeyDeserializer(Integer.class, new Name());
  }

  /// For numbers that are what they were when they were written, which need not be finite.
  static void addAnyTo(SimpleModule module) {
    module.addDeserializer(double.class, new Any(double.class));
    module.addDeserializer(Double.class, new Any(Double.class));
  }

  private static double finite(JsonParser parser, DeserializationContext context)
      throws IOException {
    double value = parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN;
    return Double.isFinite(value)
        ? value
        : context.reportInputMismatch(Double.class, "no finite number");
  }

  private static final class Any extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    Any(Class<Double> type) {
      super(type);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return switch (parser.getText()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        case String other -> finite(parser, context);
      };
    }

    @Override
    public Double getNullValue(DeserializationContext context) throws JsonMappingException {
      return context.reportInputMismatch(Double.class, "no number");
    }
  }

  private static final class Finite extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    Finite(Class<Double> type) {
      super(type);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return finite(parser, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) throws JsonMappingException {
      return context.reportInputMismatch(Double.class, "no number");
    }
  }

  private static final class Perhaps extends StdDeserializer<OptionalDouble> {
    private static final long serialVersionUID = 1L;

    Perhaps() {
      super(OptionalDouble.class);
    }

    @Override
    public OptionalDouble deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return OptionalDouble.of(finite(parser, context));
    }

    @Override
    public OptionalDouble getNullValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }
  }

  private static final class Name extends KeyDeserializer {
    @Override
    public Object deserializeKey(String name, DeserializationContext context) throws IOException {
      return NAME.matcher(name).matches()
          ? Integer.valueOf(name)
          : context.handleWeirdKey(Integer.class, name, "no whole number");
    }
  }
}
