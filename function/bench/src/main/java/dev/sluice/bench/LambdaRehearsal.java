package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Stands in for Lambda while a function's start-up cache is made: hands it events of every kind,
/// and ends with 0 when each was answered. Needs nothing but the JDK.
final class LambdaRehearsal {
  private static final String JSON = "application/json";

  private LambdaRehearsal() {}

  /// @param arguments the port of loopback that the function asks for events, and the folder of
  ///     sample pictures and sentences
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int answered = 0;
    try (RuntimeApi api = RuntimeApi.start(Integer.parseInt(arguments[0]))) {
      for (byte[] event : events(Path.of(arguments[1]))) {
        api.ask(event);
        answered++;
      }
    }
    System.out.println(answered + " events answered");
  }

  private static List<byte[]> events(Path samples) throws IOException {
    var events = new ArrayList<byte[]>();
    for (Events.Sender sender : Events.Sender.values()) {
      for (byte[] body : pictures(samples)) {
        events.add(Events.of(sender, "POST", "/v1/infer", body, JSON));
      }
      for (String line : Files.readAllLines(samples.resolve("sentences.txt")).subList(0, 5)) {
        String text = line.replaceAll("[\\\\\"]", "");
        for (String member : List.of("sentence", "sms")) {
          byte[] body = Events.utf8("{\"%s\":\"%s\"}".formatted(member, text));
          events.add(Events.of(sender, "POST", "/predict", body, JSON));
        }
      }
      byte[] tensor = Events.utf8(tensor());
      events.add(Events.of(sender, "POST", "/v2/models/digits/infer", tensor, JSON));
      for (String path :
          List.of("/healthz", "/ready", "/metrics", "/openapi.yml", "/v2/models/digits", "/no")) {
        events.add(Events.of(sender, "GET", path, new byte[0], JSON));
      }
      for (String refused : List.of("{\"image_b64\":", "{\"image_b64\":\"AAAA\"}")) {
        events.add(Events.of(sender, "POST", "/v1/infer", Events.utf8(refused), JSON));
      }
      events.add(Events.of(sender, "POST", "/v1/infer", Events.utf8("{}"), "text/plain"));
      events.add(Events.of(sender, "GET", "/admin/config", new byte[0], JSON));
    }
    events.addAll(Events.ours());
    return events;
  }

  private static List<byte[]> pictures(Path samples) throws IOException {
    var bodies = new ArrayList<byte[]>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(samples, "digit-*")) {
      for (Path file : files) {
        String encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        bodies.add(Events.utf8("{\"image_b64\":\"" + encoded + "\"}"));
      }
    }
    return bodies;
  }

  private static String tensor() {
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,8,8],\"datatype\":\"FP32\",\"data\":["
        + "0,".repeat(63)
        + "0]}]}";
  }
}
