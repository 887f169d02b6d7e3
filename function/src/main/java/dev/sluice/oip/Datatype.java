package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The protocol's words for element types. BF16 is Triton's addition.
public final class Datatype {
  private Datatype() {}

  /// The word for a type.
  public static String of(ElementType type) {
    return switch (type) {
      case BOOL -> "BOOL";
      case UINT8 -> "UINT8";
      case UINT16 -> "UINT16";
      case UINT32 -> "UINT32";
      case UINT64 -> "UINT64";
      case INT8 -> "INT8";
      case INT16 -> "INT16";
      case INT32 -> "INT32";
      case INT64 -> "INT64";
      case FLOAT16 -> "FP16";
      case BFLOAT16 -> "BF16";
      case FLOAT -> "FP32";
      case DOUBLE -> "FP64";
      case STRING -> "BYTES";
    };
  }

  /// The type of a word; empty for a word that the protocol lacks.
  public static Optional<ElementType> type(String word) {
    for (ElementType type : ElementType.values()) {
      if (of(type).equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// All of the words, for messages.
  static String all() {
    return Stream.of(ElementType.values()).map(Datatype::of).collect(Collectors.joining(", "));
  }

  /// What an element of this type must be in JSON, for messages.
  static String inJson(ElementType type) {
    return switch (type) {
      case BOOL -> "true or false";
      case UINT8 -> whole("0", "255");
      case UINT16 -> whole("0", "65535");
      case UINT32 -> whole("0", "4294967295");
      case UINT64 -> whole("0", "18446744073709551615");
      case INT8 -> whole("-128", "127");
      case INT16 -> whole("-32768", "32767");
      case INT32 -> whole("-2147483648", "2147483647");
      case INT64 -> whole("-9223372036854775808", "9223372036854775807");
      case FLOAT16, FLOAT, DOUBLE ->
          "a number that rounds to a finite value, or one of the strings"
              + " \"NaN\", \"Infinity\", \"-Infinity\"";
      case BFLOAT16 -> "in binary form (BF16 has no JSON form)";
      case STRING -> "a string";
    };
  }

  private static String whole(String least, String most) {
    return "a whole number from %s to %s, without fraction or exponent".formatted(least, most);
  }
}
