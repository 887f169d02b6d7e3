package dev.sluice.serving;

import dev.sluice.inference.Pixels;
import java.util.List;
import java.util.OptionalInt;

/// What a caller wants an answer to, before it is known which version gives it.
public sealed interface Payload {
  /// Rows that the model will be given.
  int rows();

  /// Pictures, one a row.
  ///
  /// @param size side of the square that the caller asks the model to be run at
  record Pictures(List<Pixels> pictures, OptionalInt size) implements Payload {
    public Pictures {
      pictures = List.copyOf(pictures);
    }

    @Override
    public int rows() {
      return pictures.size();
    }
  }

  /// Texts, one a row.
  record Texts(List<String> texts) implements Payload {
    public Texts {
      texts = List.copyOf(texts);
    }

    @Override
    public int rows() {
      return texts.size();
    }
  }
}
