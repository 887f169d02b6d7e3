package dev.sluice.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.SocketFactory;

/// A request that no client of HTTP would send, and the head and body of what came back. What was
/// sent last may be an unfinished body: the connection stays open until it is closed here.
record RawRequest(Socket socket, String answer) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

  /// @param host 1 to 254, the last part of the caller's address
  /// @param words all that is sent
  static RawRequest sent(SocketFactory sockets, int host, int port, String words)
      throws IOException {
    Socket socket = sockets.createSocket();
    try {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.bind(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host}), 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      var request = new RawRequest(socket, "");
      request.more(words);
      return new RawRequest(socket, request.read());
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /// Sends more of the body.
  void more(String words) throws IOException {
    socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private String read() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed after: " + head);
      }
      head.append((char) next);
    }
    var length = LENGTH.matcher(head);
    int most = length.find() ? Integer.parseInt(length.group(1)) : 0;
    byte[] body = socket.getInputStream().readNBytes(most);
    return head + new String(body, StandardCharsets.UTF_8);
  }

  /// Whether it was let in, and its body is waited for.
  boolean held() {
    return answer.startsWith("HTTP/1.1 100 ");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
