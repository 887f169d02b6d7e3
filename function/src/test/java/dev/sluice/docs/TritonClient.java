package dev.sluice.docs;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The bytes that Python's tritonclient puts on its one connection, in the order of its lines: no
/// content type, and no length where there is no body. Written by hand after its source
/// (`tritonclient/http/_client.py` and the geventhttpclient below it). Used by one thread.
final class TritonClient implements AutoCloseable {
  private final Socket socket;
  private final String host;

  TritonClient(URI service) throws IOException {
    socket = new Socket(service.getHost(), service.getPort());
    host = "localhost:" + service.getPort();
  }

  /// @param headers as the caller gave them, one text of `Name: value` each
  InferResult get(String path, String... headers) throws IOException {
    return send("GET", path, new byte[0], headers);
  }

  InferResult post(String path, byte[] body, String... headers) throws IOException {
    return send("POST", path, body, headers);
  }

  /// An infer request whose tensors follow its JSON.
  InferResult infer(String path, String json, byte[] tensors, String... headers)
      throws IOException {
    byte[] text = json.getBytes(StandardCharsets.US_ASCII);
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Inference-Header-Content-Length: " + text.length;
    return post(path, joined(text, tensors), all);
  }

  static byte[] joined(byte[] first, byte[] second) {
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(first);
    whole.writeBytes(second);
    return whole.toByteArray();
  }

  private InferResult send(String method, String path, byte[] body, String... headers)
      throws IOException {
    var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    head.append("User-Agent: python/gevent-http-client-2.3.3\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Host: ").append(host).append("\r\n");
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    byte[] top = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    socket.getOutputStream().write(joined(top, body));
    return answer(socket.getInputStream());
  }

  private static InferResult answer(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).split(" ")[1]);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "-1"));
    return new InferResult(
        status,
        Optional.ofNullable(headers.get("Inference-Header-Content-Length")),
        in.readNBytes(length));
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the service closed the connection");
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
