package dev.sluice.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One connection that is kept: as little work for each request as a caller can do, for caller and
/// service share the machine.
final class Connection implements AutoCloseable {
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[65_536];
  private boolean kept = true;

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /// Whether another request may follow.
  boolean kept() {
    return kept;
  }

  /// Sends a whole request and reads the whole answer.
  ///
  /// @return the answer's status
  int ask(byte[] request) throws IOException {
    out.write(request);
    int filled = 0;
    int head = -1;
    while (head < 0) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        throw new EOFException("the connection ended before an answer");
      }
      int from = Math.max(0, filled - 3);
      filled += read;
      head = endOfHead(from, filled);
    }
    kept = find(CLOSE, head) < 0;
    drop(head + length(head) - filled);
    return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
  }

  private int endOfHead(int from, int to) {
    for (int i = from; i + 3 < to; i++) {
      if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r') {
        return i + 4;
      }
    }
    return -1;
  }

  private int length(int head) {
    int at = find(LENGTH, head);
    int length = 0;
    for (int i = at + LENGTH.length; at >= 0 && buffer[i] >= '0'; i++) {
      length = length * 10 + buffer[i] - '0';
    }
    return length;
  }

  /// Where a field begins in the head, without regard to case.
  private int find(byte[] lower, int head) {
    for (int i = 0; i + lower.length <= head; i++) {
      int matched = 0;
      while (matched < lower.length
          && Character.toLowerCase(buffer[i + matched]) == lower[matched]) {
        matched++;
      }
      if (matched == lower.length) {
        return i;
      }
    }
    return -1;
  }

  private void drop(int bytes) throws IOException {
    int left = bytes;
    while (left > 0) {
      int read = in.read(buffer, 0, Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("the connection ended within an answer");
      }
      left -= read;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
