package dev.sluice.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One connection, byte by byte: what an HTTP client would not let us send.
record Caller(Socket socket) implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  /// @param lines the header fields, as they came
  record Answer(int status, List<String> lines, String body) {
    boolean says(String field) {
      return lines.stream().anyMatch(line -> line.equalsIgnoreCase(field));
    }
  }

  static Caller to(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return new Caller(socket);
  }

  /// A server may close in the midst of what is sent.
  Caller send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException closed) {
      // What the server said before is still to be read.
    }
    return this;
  }

  Caller send(String latin) {
    return send(latin.getBytes(StandardCharsets.ISO_8859_1));
  }

  Caller get(String target) {
    return send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  Caller post(String target, String body) {
    return send(
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(target, body.length(), body));
  }

  Caller sayNoMore() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Answer answer() throws IOException {
    return answer(false);
  }

  Answer answerToHead() throws IOException {
    return answer(true);
  }

  private Answer answer(boolean headOnly) throws IOException {
    List<String> lines = new ArrayList<>();
    String first = line();
    for (String line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    int status = Integer.parseInt(first.substring(9, 12));
    int length = headOnly || status < 200 ? 0 : length(lines);
    return new Answer(status, lines, body(lines, length, headOnly));
  }

  private String body(List<String> lines, int length, boolean headOnly) throws IOException {
    boolean chunked =
        lines.stream().anyMatch(line -> line.equalsIgnoreCase("transfer-encoding: chunked"));
    if (!chunked || headOnly) {
      return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }
    StringBuilder whole = new StringBuilder();
    for (String piece = chunk(); !piece.isEmpty(); piece = chunk()) {
      whole.append(piece);
    }
    return whole.toString();
  }

  /// One chunk; empty when it is the last.
  String chunk() throws IOException {
    byte[] piece = socket.getInputStream().readNBytes(Integer.parseInt(line(), 16));
    line();
    return new String(piece, StandardCharsets.ISO_8859_1);
  }

  /// Everything until the server closes; empty when it just does.
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
    } catch (SocketException reset) {
      // As good as closed.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private static int length(List<String> lines) {
    return lines.stream()
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length: "))
        .mapToInt(line -> Integer.parseInt(line.substring(16)))
        .findFirst()
        .orElse(0);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b = socket.getInputStream().read();
    for (; b >= 0 && b != '\n'; b = socket.getInputStream().read()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    if (b < 0) {
      throw new IOException("closed after: " + line);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
