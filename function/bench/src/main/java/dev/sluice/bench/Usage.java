package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says a process uses.
record Usage(long pid) {
  private static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 on every Linux

  /// CPU time of the whole process so far: user and system.
  long cpuNanos() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
  }

  /// The most memory that the process has had resident.
  long peakBytes() throws IOException {
    return bytes("VmHWM:");
  }

  long residentBytes() throws IOException {
    return bytes("VmRSS:");
  }

  private long bytes(String line) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(it -> it.startsWith(line))
        .mapToLong(it -> Long.parseLong(it.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow(() -> new IOException("no " + line + " this needs Linux"));
  }
}
