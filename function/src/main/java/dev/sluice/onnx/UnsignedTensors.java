package dev.sluice.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Makes inputs of unsigned integers of 16, 32 and 64 bits, which the runtime's Java API can give
/// back but not make: its list of types has the signed ones only.
///
/// The way around it needs nothing but the public API: the bits go in as a signed tensor, through
/// a model of one `Cast` node, whose output has the type that is wanted and lies in the runtime's
/// own memory. Between integers of one size a cast keeps all bits. It costs one copy and some
/// microseconds. The other way, to call what the API hides by reflection, would save the copy and
/// break with any release.
///
/// Holds a session for each such type of one model. Thread-safe.
final class UnsignedTensors implements AutoCloseable {
  private final Map<ElementType, OrtSession> casts;

  private UnsignedTensors(Map<ElementType, OrtSession> casts) {
    this.casts = casts;
  }

  /// Makes a session of the bytes of a model.
  interface Opener {
    /// A session of its own; whoever opens it closes it.
    ///
    /// @param file a direct buffer, read to its limit
    OrtSession open(ByteBuffer file) throws OrtException;
  }

  /// What is needed for these inputs: mostly nothing.
  static UnsignedTensors of(List<Signature.Port> inputs, Opener opener) throws OrtException {
    var made = new UnsignedTensors(new EnumMap<>(ElementType.class));
    try {
      for (Signature.Port input : inputs) {
        if (hidden(input.type()) && !made.casts.containsKey(input.type())) {
          made.casts.put(input.type(), opener.open(file(input.type())));
        }
      }
      return made;
    } catch (OrtException broken) {
      made.close();
      throw broken;
    }
  }

  /// Whether the API has no such type of its own.
  private static boolean hidden(ElementType type) {
    return switch (type) {
      case UINT16, UINT32, UINT64 -> true;
      case BOOL, UINT8, INT8, INT16, INT32, INT64 -> false;
      case FLOAT16, BFLOAT16, FLOAT, DOUBLE, STRING -> false;
    };
  }

  // Made by models/single_node.py.
  private static ByteBuffer file(ElementType type) {
    String name =
        switch (type) {
          case UINT16 -> "uint16.onnx";
          case UINT32 -> "uint32.onnx";
          case UINT64 -> "uint64.onnx";
          case BOOL, UINT8, INT8, INT16, INT32, INT64, FLOAT16, BFLOAT16, FLOAT, DOUBLE, STRING ->
              throw new IllegalArgumentException(type + " needs no cast");
        };
    try (InputStream resource = UnsignedTensors.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("not packaged: " + name);
      }
      byte[] bytes = resource.readAllBytes();
      return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    } catch (IOException unreadable) {
      throw new IllegalStateException("cannot be read: " + name, unreadable);
    }
  }

  /// The tensor as one of `type`. A tensor that is made on the way is closed here.
  ///
  /// @param made has the bits of `type`; closed when another one is given back
  OnnxTensor as(ElementType type, OnnxTensor made) throws OrtException {
    OrtSession cast = casts.get(type);
    if (cast == null) {
      return made;
    }
    try (made) {
      // The result is only a list of its tensors; whoever closes the tensor closes all of it.
      OrtSession.Result result = cast.run(Map.of("x", made));
      return (OnnxTensor) result.get(0);
    }
  }

  @Override
  public void close() {
    var failures = new ArrayList<OrtException>();
    for (OrtSession cast : casts.values()) {
      try {
        cast.close();
      } catch (OrtException broken) {
        failures.add(broken);
      }
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("a session does not close", failures.getFirst());
    }
  }
}
