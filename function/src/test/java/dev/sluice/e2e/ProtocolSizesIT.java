package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.LENGTH;
import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.joined;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static dev.sluice.e2e.ProtocolClient.wantsBytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: compressed and large requests")
@ExtendWith(ProtocolService.class)
class ProtocolSizesIT {
  private static final String MODEL = "identity-uint8";
  private static final String MOST_BYTES = "8388608";
  private static final String HEAD = wantsBytes(binaryInput("x", "[1,2]", "UINT8", 2));
  private static final byte[] PLAIN = joined(utf8(HEAD), new byte[] {7, 9});
  private static final String HEAD_LENGTH = Integer.toString(HEAD.length());

  private final ProtocolClient client;

  ProtocolSizesIT(ProtocolClient client) {
    this.client = client;
  }

  enum Format {
    GZIP("gzip"),
    ZLIB("deflate"),
    /// The other reading of the name, without the frame of zlib.
    BARE_DEFLATE("deflate");

    private final String coding;

    Format(String coding) {
      this.coding = coding;
    }

    private byte[] of(byte[] plain) throws IOException {
      var bytes = new ByteArrayOutputStream();
      try (OutputStream out = onto(bytes)) {
        out.write(plain);
      }
      return bytes.toByteArray();
    }

    private OutputStream onto(OutputStream out) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPOutputStream(out);
        case ZLIB -> new DeflaterOutputStream(out);
        case BARE_DEFLATE ->
            new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
      };
    }
  }

  @DisplayName("Content-Encoding is gzip or deflate; lengths are those of the plain bytes")
  @Nested
  class Compressed {
    private ProtocolAnswer infer(byte[] body, String coding) throws Exception {
      String path = "/v2/models/" + MODEL + "/infer";
      return client.send("POST", path, body, "Content-Encoding", coding, LENGTH, HEAD_LENGTH);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZLIB"})
    void bothAreTaken(Format format) throws Exception {
      assertThat(infer(format.of(PLAIN), format.coding).bytes("y")).containsExactly(7, 9);
      assertThat(infer(format.of(PLAIN), format.coding.toUpperCase(Locale.ROOT)).status())
          .isEqualTo(200);
    }

    @Test
    void jsonAloneMayBeCompressedToo() throws Exception {
      byte[] body = Format.GZIP.of(utf8(request(input("x", "[1,1]", "UINT8", "[7]"))));

      client
          .send("POST", "/v2/models/" + MODEL + "/infer", body, "Content-Encoding", "gzip")
          .has(200);
    }

    @Test
    void deflateMeansTheZlibFormat() throws Exception {
      refused(400, Format.BARE_DEFLATE.of(PLAIN), "deflate", "Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, gzip", "x"})
    void anyOtherIsNotSupported(String coding) throws Exception {
      ProtocolAnswer answer = infer(PLAIN, coding).has(415);

      assertThat(answer.json().path("error").asText()).contains("Content-Encoding", "gzip");
    }

    @Test
    void whatIsCutOrOtherThanItSaysIsRefused() throws Exception {
      byte[] whole = Format.GZIP.of(PLAIN);
      refused(400, PLAIN, "gzip", "Content-Encoding");
      refused(400, Arrays.copyOf(whole, whole.length - 9), "gzip", "Content-Encoding");
      refused(400, new byte[0], "gzip", "Content-Encoding");
    }

    @Test
    void aSmallBodyThatBecomesALargeOneIsStopped() throws Exception {
      refused(413, Format.GZIP.of(new byte[64 << 20]), "gzip", "MAX_BODY_BYTES");
      refused(413, Format.ZLIB.of(new byte[(8 << 20) + 1]), "deflate", MOST_BYTES);
    }

    private void refused(int status, byte[] body, String coding, String says) throws Exception {
      List<String> fields = List.of("Content-Encoding: " + coding, LENGTH + ": " + HEAD_LENGTH);
      client.refuses(status, MODEL, body, fields, says);
    }
  }

  @DisplayName("what passes a limit is 413 and names it")
  @Nested
  class Limits {
    @Test
    void aDeclaredSizeIsRefusedBeforeTheBodyIsRead() throws Exception {
      try (RawConnection connection = client.service().connect()) {
        connection.send(
            "POST /v2/models/%s/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 8388609\r\n\r\n"
                .formatted(MODEL));

        ProtocolClient.mustBeRefusal(connection.answer(), 413, MOST_BYTES, "MAX_BODY_BYTES");
      }
    }

    @Test
    void stringsAreLimitedInNumber() throws Exception {
      String values = String.join(",", Collections.nCopies(65_537, "\"\""));
      client.refuses(
          413,
          "identity-string",
          utf8(request(input("x", "[1,65537]", "BYTES", "[" + values + "]"))),
          List.of(),
          "input \"x\"",
          "65536");
      byte[] tensor = new byte[4 * 65_537];
      String head = request(binaryInput("x", "[1,65537]", "BYTES", tensor.length));
      client.refuses(
          413,
          "identity-string",
          joined(utf8(head), tensor),
          List.of(LENGTH + ": " + head.length()),
          "input \"x\"",
          "65536");
    }
  }
}
