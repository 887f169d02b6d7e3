package dev.sluice.serving;

import dev.sluice.inference.Pixels;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.util.List;
import java.util.OptionalInt;

/// What a caller wants an answer to, before it is known which version gives it.
public sealed interface Payload {
  /// Rows that the model will be given.
  int rows();

  /// Keeps the payload's memory until [#letGo], for whoever works on it after the call has ended.
  default void hold() {}

  /// Once for each time that it was held.
  default void letGo() {}

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

  /// Tensors, for a model of any kind.
  ///
  /// @param tensors one for each input of the signature, in its order
  /// @param signature of the model that they were made for
  /// @param lease of their memory; whoever makes the call lets go of it when the call has ended
  record Tensors(List<Tensor> tensors, Signature signature, Lease lease) implements Payload {
    public Tensors {
      tensors = List.copyOf(tensors);
    }

    /// The length of the first axis where that is the same for all and free, else one.
    @Override
    public int rows() {
      return signature.rows(tensors);
    }

    @Override
    public void hold() {
      lease.hold();
    }

    @Override
    public void letGo() {
      lease.close();
    }
  }
}
