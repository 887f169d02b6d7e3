package dev.sluice.telemetry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/// Which process this is among its replicas: host and process id. A container's host name is its
/// own, and on one host the process ids differ.
public record Instance(String name) {
  public static Instance ofThisProcess(Map<String, String> environment) {
    String host =
        Optional.ofNullable(environment.get("HOSTNAME"))
            .filter(name -> name.matches("[A-Za-z0-9._-]{1,253}"))
            .orElseGet(Instance::hostName);
    return new Instance(host + "-" + ProcessHandle.current().pid());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
