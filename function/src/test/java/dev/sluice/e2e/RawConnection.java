package dev.sluice.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection, byte by byte: for what an HTTP client would not let us send, and for many
/// requests in a row.
final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int AT_ONCE = 16;

  private final Socket socket;
  private final InputStream in;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 65_536);
  }

  /// @param fields lines as they came
  record Answer(int status, List<String> fields, String body) {
    Optional<String> field(String name) {
      return fields.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }

    boolean closes() {
      return field("Connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    String variant() {
      return field("X-Model-Variant").orElse("none");
    }
  }

  static RawConnection to(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return new RawConnection(socket);
  }

  static byte[] post(String path, String json, String... fields) {
    return request("POST", path, json.getBytes(StandardCharsets.UTF_8), fields);
  }

  /// @param fields header lines without their ends
  static byte[] request(String method, String path, byte[] body, String... fields) {
    var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if (body.length > 0) {
      head.append("Content-Type: application/json\r\n");
    }
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void send(String latin) throws IOException {
    send(latin.getBytes(StandardCharsets.ISO_8859_1));
  }

  Answer exchange(byte[] request) throws IOException {
    send(request);
    return answer();
  }

  /// Sends all requests, several ahead of their answers. Ends early after an answer that says that
  /// it is the last one.
  List<Answer> exchangeAll(List<byte[]> requests) throws IOException {
    var answers = new ArrayList<Answer>(requests.size());
    for (int from = 0; from < requests.size(); from += AT_ONCE) {
      List<byte[]> some = requests.subList(from, Math.min(from + AT_ONCE, requests.size()));
      var bytes = new ByteArrayOutputStream();
      some.forEach(bytes::writeBytes);
      send(bytes.toByteArray());
      for (int i = 0; i < some.size(); i++) {
        Answer answer = answer();
        answers.add(answer);
        if (answer.closes()) {
          return answers;
        }
      }
    }
    return answers;
  }

  /// The next final answer to anything but `HEAD`.
  Answer answer() throws IOException {
    Answer answer = next();
    return answer.status() < 200 ? answer() : answer;
  }

  private Answer next() throws IOException {
    String first = line();
    var fields = new ArrayList<String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      fields.add(line);
    }
    var head = new Answer(Integer.parseInt(first.substring(9, 12)), List.copyOf(fields), "");
    int length = head.field("Content-Length").map(Integer::parseInt).orElse(0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("closed in the body");
    }
    return new Answer(head.status(), head.fields(), new String(body, StandardCharsets.UTF_8));
  }

  /// Whether the other end closes without a further word.
  boolean closedNext() {
    try {
      return in.read() < 0;
    } catch (IOException reset) {
      return !(reset instanceof java.net.SocketTimeoutException);
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed after: " + line);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
