package dev.sluice.inference;

import java.util.List;

/// Says which class a text belongs to; the model itself cuts the text into tokens.
public record TextTask(OutputKind output, List<String> labels) implements Task {
  public TextTask {
    labels = List.copyOf(labels);
  }
}
