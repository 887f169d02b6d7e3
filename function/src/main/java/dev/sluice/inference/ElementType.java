package dev.sluice.inference;

/// What a tensor's elements are, by the names of the ONNX standard.
public enum ElementType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FLOAT16(2),
  BFLOAT16(2),
  FLOAT(4),
  DOUBLE(8),
  STRING(0);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /// Whether elements are real numbers, as floating point has them.
  public boolean isReal() {
    return switch (this) {
      case FLOAT16, BFLOAT16, FLOAT, DOUBLE -> true;
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, STRING -> false;
    };
  }

  /// Bytes of one element; 0 for strings, whose elements have no fixed size.
  public int bytes() {
    return bytes;
  }
}
