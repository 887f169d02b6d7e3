package dev.sluice.http;

import dev.sluice.api.Field;
import dev.sluice.api.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Responses as bytes of HTTP/1.1: one buffer, written in one go. Thread-safe.
final class Wire {
  /// What the connection does after the answer, as the other end has to be told.
  enum Keeping {
    /// HTTP/1.1 keeps by default; nothing is said.
    SILENTLY,
    /// HTTP/1.0 has to be told.
    ALOUD,
    NOT
  }

  /// By what the other end knows where an answer of unknown length ends.
  enum Delimiter {
    CHUNKS,
    /// HTTP/1.0 knows nothing else.
    CLOSE
  }

  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] LENGTH = ascii("Content-Length: ");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP = ascii("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] NOTHING = {};
  private static final int LINES_BYTES = 160;
  private static final int STATUSES = 600;

  private final byte[][] statusLines = new byte[STATUSES][];
  private volatile Stamp stamp = new Stamp(0, new byte[0]);

  private record Stamp(long second, byte[] line) {}

  Wire() {
    for (int code = 100; code < STATUSES; code++) {
      HttpResponseStatus status = HttpResponseStatus.valueOf(code);
      statusLines[code] = ascii("HTTP/1.1 " + code + " " + status.reasonPhrase() + "\r\n");
    }
  }

  ByteBuf goOn() {
    return Unpooled.wrappedBuffer(CONTINUE);
  }

  /// The whole response; all but the body when that is the answer to `HEAD`.
  ///
  /// @throws IllegalArgumentException if a field would break out of its line
  ByteBuf bytes(ByteBufAllocator memory, Response response, boolean headOnly, Keeping keeping) {
    boolean bodiless = headOnly || !mayHaveBody(response.status());
    byte[] body = bodiless ? NOTHING : response.body();
    return lines(memory, response, keeping, body.length).writeBytes(body);
  }

  /// The head of an answer that goes on, and is the last.
  ///
  /// @throws IllegalArgumentException if a field would break out of its line
  ByteBuf opening(ByteBufAllocator memory, Response response, Delimiter delimiter) {
    ByteBuf bytes = fields(memory, response, 0);
    bytes.writeBytes(
        switch (delimiter) {
          case CHUNKS -> CHUNKED;
          case CLOSE -> NOTHING;
        });
    return bytes.writeBytes(CLOSE).writeByte('\r').writeByte('\n');
  }

  /// Some of the body of an answer that goes on.
  ByteBuf piece(byte[] body, Delimiter delimiter) {
    return switch (delimiter) {
      case CHUNKS ->
          Unpooled.wrappedBuffer(ascii(Integer.toHexString(body.length) + "\r\n"), body, LINE_END);
      case CLOSE -> Unpooled.wrappedBuffer(body);
    };
  }

  /// What is left to say once all pieces of the body are written.
  ByteBuf end(Delimiter delimiter) {
    return switch (delimiter) {
      case CHUNKS -> Unpooled.wrappedBuffer(LAST_CHUNK);
      case CLOSE -> Unpooled.EMPTY_BUFFER;
    };
  }

  private ByteBuf lines(
      ByteBufAllocator memory, Response response, Keeping keeping, int bodyBytes) {
    ByteBuf bytes = fields(memory, response, bodyBytes);
    if (mayHaveBody(response.status())) {
      bytes.writeBytes(LENGTH);
      ByteBufUtil.writeAscii(bytes, Integer.toString(response.body().length));
      bytes.writeByte('\r').writeByte('\n');
    }
    switch (keeping) {
      case SILENTLY -> {}
      case ALOUD -> bytes.writeBytes(KEEP);
      case NOT -> bytes.writeBytes(CLOSE);
    }
    return bytes.writeByte('\r').writeByte('\n');
  }

  private ByteBuf fields(ByteBufAllocator memory, Response response, int bodyBytes) {
    ByteBuf bytes = memory.ioBuffer(LINES_BYTES + fieldBytes(response) + bodyBytes);
    bytes.writeBytes(statusLines[response.status()]).writeBytes(date());
    for (Field field : response.fields()) {
      ByteBufUtil.writeAscii(bytes, field.name());
      bytes.writeByte(':').writeByte(' ');
      ByteBufUtil.writeAscii(bytes, field.value());
      bytes.writeByte('\r').writeByte('\n');
    }
    return bytes;
  }

  private static int fieldBytes(Response response) {
    int sum = 0;
    for (Field field : response.fields()) {
      if (!oneLine(field.name()) || !oneLine(field.value())) {
        throw new IllegalArgumentException("a field must be one line: " + field.name());
      }
      sum += field.name().length() + field.value().length() + 4;
    }
    return sum;
  }

  private static boolean oneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ') {
        return false;
      }
    }
    return true;
  }

  private static boolean mayHaveBody(int status) {
    return status >= 200 && status != 204 && status != 304;
  }

  private byte[] date() {
    long second = System.currentTimeMillis() / 1_000;
    Stamp last = stamp;
    if (last.second() != second) {
      last = new Stamp(second, dateLine(second));
      stamp = last;
    }
    return last.line();
  }

  private static byte[] dateLine(long second) {
    DateTimeFormatter form =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    return ascii(
        "Date: " + form.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)) + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
