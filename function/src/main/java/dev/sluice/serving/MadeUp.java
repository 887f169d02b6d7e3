package dev.sluice.serving;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Input;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Inputs for a model of tensors of which only the signature is known: zeros, false and empty
/// texts (or ones, true and the text "a"), every open axis but that of the rows of length 1.
public final class MadeUp {
  private MadeUp() {}

  /// Rows of zeros.
  ///
  /// @param rows length of the first axes of a model that takes several rows; 1 for any other
  /// @throws ModelError when the signature asks for more than fits in memory
  static Input zeros(Signature signature, int rows) throws ModelError {
    return rows(signature, Collections.nCopies(rows, 0));
  }

  /// Rows of zeros and of ones.
  ///
  /// @param fills 0 or 1 for each row; one only for a model that takes one
  /// @throws ModelError when the signature asks for more than fits in memory
  static Input rows(Signature signature, List<Integer> fills) throws ModelError {
    var tensors = new ArrayList<Tensor>();
    for (Port port : signature.inputs()) {
      List<Long> shape = shape(port, signature, fills.size());
      try {
        tensors.add(filled(port.type(), shape, fills));
      } catch (ArithmeticException | OutOfMemoryError tooLarge) {
        throw new ModelError(
            ModelError.Kind.FAILED, "an input of shape " + shape + " cannot be made up", tooLarge);
      }
    }
    return new Input(tensors, fills.size(), () -> {});
  }

  private static List<Long> shape(Port port, Signature signature, int rows) {
    var shape = new ArrayList<Long>();
    for (long length : port.shape()) {
      boolean first = shape.isEmpty() && signature.batched();
      shape.add(length == Signature.ANY ? (first ? rows : 1) : length);
    }
    return shape;
  }

  private static Tensor filled(ElementType type, List<Long> shape, List<Integer> fills) {
    int elements = Math.toIntExact(Tensor.elements(shape));
    int perRow = elements / fills.size();
    if (type == ElementType.STRING) {
      var texts = new ArrayList<String>();
      fills.forEach(fill -> texts.addAll(Collections.nCopies(perRow, fill == 0 ? "" : "a")));
      return new Tensor.Strings(shape, texts);
    }
    int bytes = Math.multiplyExact(elements, type.bytes());
    var data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    for (int fill : fills) {
      for (int at = 0; at < perRow; at++) {
        put(type, fill, data);
      }
    }
    return new Tensor.Numbers(type, shape, data.flip());
  }

  private static void put(ElementType type, int number, ByteBuffer into) {
    switch (type) {
      case BOOL, UINT8, INT8 -> into.put((byte) number);
      case UINT16, INT16 -> into.putShort((short) number);
      case UINT32, INT32 -> into.putInt(number);
      case UINT64, INT64 -> into.putLong(number);
      case FLOAT16 -> into.putShort(Float.floatToFloat16(number));
      case BFLOAT16 -> into.putShort((short) (Float.floatToIntBits(number) >>> 16));
      case FLOAT -> into.putFloat(number);
      case DOUBLE -> into.putDouble(number);
      case STRING -> throw new IllegalArgumentException("strings are not numbers");
    }
  }

  /// Whether a run failed for what was made up, and may go well with what callers send: the model
  /// refused zeros, or a length that the file leaves open was not to be 1.
  public static boolean toBlame(ModelError error, Signature signature) {
    return switch (error.kind()) {
      case INVALID_ARGUMENT -> true;
      case FAILED ->
          signature.inputs().stream().anyMatch(port -> port.shape().contains(Signature.ANY));
      case CANCELLED -> false;
    };
  }
}
