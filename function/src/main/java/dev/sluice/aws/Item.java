package dev.sluice.aws;

import dev.sluice.control.StoreUnavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One item of the table, with what it says by name.
///
/// Documents are kept compressed: an item has at most 400 KB, and each begun KB of it is paid for.
record Item(Map<String, AttributeValue> values) {
  private static final String DOCUMENT = "gz";
  private static final String EXPIRES = "ttl";

  Item {
    values = Map.copyOf(values);
  }

  static Item at(Key key) {
    return new Item(key.values());
  }

  Key key() {
    return new Key(optional(Key.PARTITION).orElseThrow(), optional(Key.SORT).orElseThrow());
  }

  private Item with(String name, AttributeValue value) {
    var next = new HashMap<>(values);
    next.put(name, value);
    return new Item(next);
  }

  Item text(String name, String value) {
    return with(name, AttributeValue.fromS(value));
  }

  Item number(String name, long value) {
    return with(name, AttributeValue.fromN(Long.toString(value)));
  }

  /// A set of texts. There is no empty one: then nothing is said.
  Item texts(String name, List<String> texts) {
    return texts.isEmpty() ? this : with(name, AttributeValue.fromSs(List.copyOf(texts)));
  }

  Item document(String json) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return with(DOCUMENT, AttributeValue.fromB(SdkBytes.fromByteArray(packed.toByteArray())));
  }

  /// Nobody needs it from then on, and the table may forget it.
  Item expiring(Instant at) {
    return number(EXPIRES, at.getEpochSecond() + 1);
  }

  String text(String name) throws StoreUnavailable {
    return optional(name).orElseThrow(() -> without(name));
  }

  Optional<String> optional(String name) {
    return value(name).map(AttributeValue::s);
  }

  long number(String name) throws StoreUnavailable {
    return Long.parseLong(value(name).map(AttributeValue::n).orElseThrow(() -> without(name)));
  }

  List<String> texts(String name) {
    return value(name).map(AttributeValue::ss).orElse(List.of());
  }

  String document() throws StoreUnavailable {
    SdkBytes packed = value(DOCUMENT).map(AttributeValue::b).orElseThrow(() -> without(DOCUMENT));
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed.asByteArray()))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new StoreUnavailable("an item cannot be read: " + optional(Key.PARTITION), broken);
    }
  }

  private Optional<AttributeValue> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  private StoreUnavailable without(String name) {
    return new StoreUnavailable(
        "an item cannot be read: %s %s has no %s"
            .formatted(optional(Key.PARTITION).orElse("?"), optional(Key.SORT).orElse("?"), name));
  }
}
