package dev.sluice.nginx;

import dev.sluice.control.Actuator.Refused;
import dev.sluice.routing.Share;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads and moves the weights of a file for a person who has no controller, by the same code as
/// one: `read FILE`, which also says why nginx may not run that; `move FILE STABLE CANARY POINTS
/// SEEN`, which gives the canary so many hundredths of a percent if the file is still the one that
/// was seen, and also where it has them already lets nginx take the file; `load FILE`, which only
/// does that. `NGINX_COMMAND` says how nginx is called. For `scripts/`, which explain themselves.
public final class Weights {
  static final int DONE = 0;
  static final int REFUSED = 1;
  static final int WRONG_USE = 2;
  static final int CROSSED = 3;

  private final NginxCommand nginx;
  private final PrintStream out;
  private final PrintStream errors;

  Weights(NginxCommand nginx, PrintStream out, PrintStream errors) {
    this.nginx = nginx;
    this.out = out;
    this.errors = errors;
  }

  /// Ends with 0 done, 1 refused, 2 wrong use, 3 somebody else wrote the file.
  public static void main(String[] arguments) {
    String command = Optional.ofNullable(System.getenv("NGINX_COMMAND")).orElse("");
    var weights =
        new Weights(
            command.isBlank() ? NginxCommand.USUAL : NginxCommand.parse(command),
            new PrintStream(System.out, true, StandardCharsets.UTF_8),
            System.err);
    System.exit(weights.run(List.of(arguments)));
  }

  int run(List<String> arguments) {
    try {
      if (arguments.size() == 2 && arguments.getFirst().equals("read")) {
        var file = new IncludeFile(Path.of(arguments.getLast()));
        UpstreamFile read = file.upstream();
        out.println(json(read, file.split(read).stable(), file.unloaded()));
        return DONE;
      }
      if (arguments.size() == 6 && arguments.getFirst().equals("move")) {
        return moved(arguments);
      }
      if (arguments.size() == 2 && arguments.getFirst().equals("load")) {
        var file = new IncludeFile(Path.of(arguments.getLast()));
        UpstreamFile read = file.upstream();
        file.take(read, read, nginx);
        return DONE;
      }
    } catch (Refused refused) {
      errors.println(refused.getMessage());
      return REFUSED;
    }
    errors.println("read FILE, move FILE STABLE CANARY POINTS SEEN, or load FILE");
    return WRONG_USE;
  }

  private int moved(List<String> arguments) throws Refused {
    var file = new IncludeFile(Path.of(arguments.get(1)));
    UpstreamFile read = file.upstream();
    if (!seen(read).equals(arguments.get(5))) {
      errors.println("somebody else wrote it meanwhile");
      return CROSSED;
    }
    Share share = Share.of(Integer.parseInt(arguments.get(4)));
    Addresses.OF_THIS_MACHINE.split(read, share);
    file.take(read, read.split(arguments.get(2), arguments.get(3), share), nginx);
    return DONE;
  }

  /// Names and addresses have nothing in them that JSON escapes.
  private static String json(UpstreamFile read, String stable, Optional<String> unloaded) {
    String why =
        unloaded
            .map(it -> it.replaceAll("\\p{Cntrl}", " ").replaceAll("[\\\\\"]", "\\\\$0"))
            .map("\"%s\""::formatted)
            .orElse("null");
    return read.servers().stream()
        .map(
            server ->
                "{\"version\":\"%s\",\"role\":\"%s\",\"share\":%s,\"address\":\"%s\"}"
                    .formatted(
                        server.version(),
                        role(server, stable),
                        read.share(server.version()).percent(),
                        server.address()))
        .collect(
            Collectors.joining(
                ",",
                "{\"stable\":\"%s\",\"seen\":\"%s\",\"unloaded\":%s,\"versions\":["
                    .formatted(stable, seen(read), why),
                "]}"));
  }

  /// Names a file's text: two that differ in a single weight may not be taken for one.
  private static String seen(UpstreamFile read) {
    try {
      byte[] text = read.text().getBytes(StandardCharsets.ISO_8859_1);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String role(Server server, String stable) {
    if (server.version().equals(stable)) {
      return "stable";
    }
    return server.traffic() > 0 ? "canary" : "next";
  }
}
