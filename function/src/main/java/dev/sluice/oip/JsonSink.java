package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of an answer while it is written. Numbers make no text of their own: their digits pass
/// through one small buffer. Used by one thread.
final class JsonSink {
  private static final int DIGITS_AT_ONCE = 1024;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final StringBuilder digits = new StringBuilder(64);
  private byte[] bytes;
  private int size;

  JsonSink(long expectedBytes) {
    bytes = new byte[(int) Math.min(Integer.MAX_VALUE / 2, expectedBytes)];
  }

  /// About how many bytes a tensor's elements will have. Too low only costs a copy, too high only
  /// memory for a while.
  static long expectedBytes(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Numbers numbers -> 3L * numbers.data().remaining();
      case Tensor.Strings strings -> 16L * strings.values().size();
    };
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /// Makes room for the last so many bytes, and no more.
  void exactly(long more) {
    bytes = Arrays.copyOf(bytes, Math.toIntExact(size + more));
  }

  private void room(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, needed + (needed >> 1)));
    }
  }

  /// JSON as it is, in ASCII.
  JsonSink plain(String json) {
    room(json.length());
    for (int i = 0; i < json.length(); i++) {
      bytes[size++] = (byte) json.charAt(i);
    }
    return this;
  }

  /// A string, quoted and escaped. A lone surrogate, which UTF-8 cannot have, is written as its
  /// escape.
  JsonSink string(String text) {
    room(text.length() + 2);
    bytes[size++] = '"';
    int i = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (point < 0x80 && point >= ' ' && point != '"' && point != '\\') {
        room(1);
        bytes[size++] = (byte) point;
      } else {
        special(point);
      }
    }
    room(1);
    bytes[size++] = '"';
    return this;
  }

  private void special(int point) {
    if (point == '"' || point == '\\') {
      room(2);
      bytes[size++] = '\\';
      bytes[size++] = (byte) point;
    } else if (point < ' ' || (point <= 0xFFFF && Character.isSurrogate((char) point))) {
      plain("\\u");
      room(4);
      for (int shift = 12; shift >= 0; shift -= 4) {
        bytes[size++] = HEX[point >> shift & 0xF];
      }
    } else {
      raw(Character.toString(point).getBytes(StandardCharsets.UTF_8));
    }
  }

  JsonSink number(long value) {
    digits.append(value);
    flush();
    return this;
  }

  /// Bytes as they are.
  void raw(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /// Four bytes, little-endian.
  void length(int value) {
    room(Integer.BYTES);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes[size++] = (byte) (value >> shift);
    }
  }

  /// A tensor's elements, little-endian, from the order of its buffer.
  void elements(ByteBuffer data, int width) {
    int many = data.remaining();
    room(many);
    if (width == 1 || data.order() == ByteOrder.LITTLE_ENDIAN) {
      data.get(data.position(), bytes, size, many);
    } else {
      ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < many; i += width) {
        switch (width) {
          case Short.BYTES -> little.putShort(size + i, data.getShort(data.position() + i));
          case Integer.BYTES -> little.putInt(size + i, data.getInt(data.position() + i));
          default -> little.putLong(size + i, data.getLong(data.position() + i));
        }
      }
    }
    size += many;
  }

  /// A tensor's elements as JSON values with commas between them. Floating-point numbers have the
  /// fewest digits that read back as the same number; a half has those of the float that it is.
  void values(ElementType type, ByteBuffer data) {
    int count = data.remaining() / type.bytes();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        digits.append(',');
      }
      value(type, data, data.position() + i * type.bytes());
      if (digits.length() > DIGITS_AT_ONCE) {
        flush();
      }
    }
    flush();
  }

  private void value(ElementType type, ByteBuffer data, int at) {
    switch (type) {
      case BOOL -> digits.append(data.get(at) != 0);
      case UINT8 -> digits.append(data.get(at) & 0xFF);
      case UINT16 -> digits.append(data.getShort(at) & 0xFFFF);
      case UINT32 -> digits.append(data.getInt(at) & 0xFFFF_FFFFL);
      case UINT64 -> unsigned(data.getLong(at));
      case INT8 -> digits.append(data.get(at));
      case INT16 -> digits.append(data.getShort(at));
      case INT32 -> digits.append(data.getInt(at));
      case INT64 -> digits.append(data.getLong(at));
      case FLOAT16 -> real(Float.float16ToFloat(data.getShort(at)));
      case FLOAT -> real(data.getFloat(at));
      case DOUBLE -> real(data.getDouble(at));
      case BFLOAT16, STRING ->
          throw new IllegalArgumentException(Datatype.of(type) + " has no JSON numbers");
    }
  }

  private void unsigned(long value) {
    if (value >= 0) {
      digits.append(value);
    } else {
      long tens = Long.divideUnsigned(value, 10);
      digits.append(tens).append(value - 10 * tens);
    }
  }

  private void real(float value) {
    if (Float.isFinite(value)) {
      digits.append(value);
    } else {
      digits.append('"').append(value).append('"');
    }
  }

  private void real(double value) {
    if (Double.isFinite(value)) {
      digits.append(value);
    } else {
      digits.append('"').append(value).append('"');
    }
  }

  private void flush() {
    int many = digits.length();
    room(many);
    for (int i = 0; i < many; i++) {
      bytes[size++] = (byte) digits.charAt(i);
    }
    digits.setLength(0);
  }
}
