package dev.sluice.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The line to a server on this machine, which can be cut, or fall silent.
final class CutLine implements AutoCloseable {
  /// What comes of bytes and connections.
  enum State {
    WHOLE,
    /// Connections end, and new ones end at once.
    CUT,
    /// Connections stay, new ones are taken, and nobody answers.
    SILENT
  }

  private final ServerSocket door;
  private final int server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile State state = State.WHOLE;

  private CutLine(ServerSocket door, int server) {
    this.door = door;
    this.server = server;
  }

  static CutLine to(int server) throws IOException {
    var line = new CutLine(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
    Thread.ofVirtual().start(line::accept);
    return line;
  }

  int port() {
    return door.getLocalPort();
  }

  /// What was in between is lost in either direction, as are the connections of before.
  void become(State next) {
    state = next;
    if (next != State.SILENT) {
      open.forEach(CutLine::end);
      open.clear();
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        switch (state) {
          case WHOLE -> join(client);
          case CUT -> end(client);
          case SILENT -> {}
        }
      } catch (IOException closed) {
        // Ends with the door; a connection that failed is its client's matter.
      }
    }
  }

  private void join(Socket client) throws IOException {
    var answering = new Socket(InetAddress.getLoopbackAddress(), server);
    client.setTcpNoDelay(true);
    answering.setTcpNoDelay(true);
    open.add(answering);
    Thread.ofVirtual().start(() -> pump(client, answering));
    Thread.ofVirtual().start(() -> pump(answering, client));
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[65_536];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (state == State.WHOLE) {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException over) {
      // Either end has gone, so the other goes, too.
    }
    end(from);
    end(to);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // That was the wish.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    become(State.CUT);
  }
}
