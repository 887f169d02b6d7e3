package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.experiment.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The body of `POST /v1/feedback`: one report, or an array of them. A report that cannot be used
/// stands in its place with the reason.
///
/// @param items in the order in which they came
record FeedbackBody(List<Item> items) {
  static final int MOST_ITEMS = 1_000;
  private static final int MOST_METRICS = 16;
  private static final Pattern METRIC = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Set<String> OURS = Set.of(Page.REWARD, Page.FRESH_FEEDBACK, Page.AGREEMENT);

  FeedbackBody {
    items = List.copyOf(items);
  }

  /// One report.
  sealed interface Item {
    /// One that can be looked at.
    ///
    /// @param metrics by name; values of any size that a [Page] takes
    record Given(String token, Said said, Map<String, Double> metrics) implements Item {
      public Given {
        metrics = Map.copyOf(metrics);
      }
    }

    /// One that cannot.
    record Broken(Reason reason) implements Item {}
  }

  /// How good the answer was.
  sealed interface Said {
    /// By a number, 0 to 1.
    record Reward(double value) implements Said {}

    /// By the name of the class that would have been right.
    record Label(String name) implements Said {}

    /// By the number of that class.
    record Index(int index) implements Said {}
  }

  /// Why a report cannot be used, whatever its token says.
  enum Reason {
    MALFORMED("malformed"),
    OUT_OF_RANGE("out-of-range");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /// Reads the object or the array on whose opening the parser stands.
  static FeedbackBody read(JsonParser json) throws IOException, BadBody {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return new FeedbackBody(List.of(new Draft().read(json)));
    }
    var items = new ArrayList<Item>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (items.size() == MOST_ITEMS) {
        throw new BadBody("", "at most " + MOST_ITEMS + " reports a request");
      }
      if (json.currentToken() == JsonToken.START_OBJECT) {
        items.add(new Draft().read(json));
      } else {
        json.skipChildren();
        items.add(new Item.Broken(Reason.MALFORMED));
      }
    }
    return new FeedbackBody(items);
  }

  /// A report while it is being read: to its end, whatever is wrong with it.
  private static final class Draft {
    private Optional<String> token = Optional.empty();
    private final List<Said> said = new ArrayList<>();
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private Optional<Reason> fault = Optional.empty();

    Item read(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        switch (member) {
          case "token" -> token(json);
          case "reward" -> reward(json);
          case "label" -> label(json);
          case "metrics" -> metrics(json);
          default -> malformed(json);
        }
      }
      if (fault.isPresent()) {
        return new Item.Broken(fault.get());
      }
      return token.isPresent() && said.size() == 1
          ? new Item.Given(token.get(), said.getFirst(), metrics)
          : new Item.Broken(Reason.MALFORMED);
    }

    private void token(JsonParser json) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        token = Optional.of(json.getText());
      } else {
        malformed(json);
      }
    }

    private void reward(JsonParser json) throws IOException {
      if (!json.currentToken().isNumeric()) {
        malformed(json);
        return;
      }
      double value = json.getDoubleValue();
      if (value >= 0 && value <= 1) {
        said.add(new Said.Reward(value));
      } else {
        fault(Reason.OUT_OF_RANGE);
      }
    }

    private void label(JsonParser json) throws IOException {
      switch (json.currentToken()) {
        case VALUE_STRING -> said.add(new Said.Label(json.getText()));
        case VALUE_NUMBER_INT -> {
          if (json.getNumberType() == JsonParser.NumberType.INT && json.getIntValue() >= 0) {
            said.add(new Said.Index(json.getIntValue()));
          } else {
            fault(Reason.OUT_OF_RANGE);
          }
        }
        default -> malformed(json);
      }
    }

    private void metrics(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        malformed(json);
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        boolean named = METRIC.matcher(name).matches() && !OURS.contains(name);
        if (!named || metrics.size() == MOST_METRICS || !json.currentToken().isNumeric()) {
          malformed(json);
        } else if (Math.abs(json.getDoubleValue()) <= Page.LARGEST_SCORE) {
          metrics.put(name, json.getDoubleValue());
        } else {
          fault(Reason.OUT_OF_RANGE);
        }
      }
    }

    private void malformed(JsonParser json) throws IOException {
      json.skipChildren();
      fault = Optional.of(Reason.MALFORMED);
    }

    // What is malformed stays so.
    private void fault(Reason reason) {
      fault = Optional.of(fault.orElse(reason));
    }
  }
}
