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

  /// Bytes of one element; 0 for strings, whose elements have no fixed size.
  public int bytes() {
    return bytes;
  }
}
