package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A [Bare] process, told when to run.
record BareLoop(Process process, BufferedWriter orders, BufferedReader results)
    implements AutoCloseable {
  static BareLoop start(Place place, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.addAll(List.of(place.java(), "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bare.class.getName()));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new BareLoop(process, process.outputWriter(), process.inputReader());
  }

  /// CPU microseconds of one run.
  double micros(int runs) throws IOException {
    orders.write(runs + "\n");
    orders.flush();
    String nanos = results.readLine();
    if (nanos == null) {
      throw new IOException("the bare loop has ended");
    }
    return Long.parseLong(nanos) / 1e3;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
