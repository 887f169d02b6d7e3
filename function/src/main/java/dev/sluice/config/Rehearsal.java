package dev.sluice.config;

import dev.sluice.api.Api;
import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Head;
import dev.sluice.api.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Requests of our own before the first real one: a fresh JVM spends ten times the CPU on a
/// request, and callers should not pay for that, nor should a comparison of versions be made on
/// it.
///
/// They go the whole request's way but the socket, through an API of their own that counts nothing
/// and knows no rate limit.
final class Rehearsal {
  private static final int PATIENCE = 40;
  private static final double NOTICEABLE = 0.95;
  private static final long LONGEST_NANOS = 3_000_000_000L;
  private static final Headers NO_HEADERS = name -> List.of();

  private final Door door;
  private final List<Scene> scenes;

  /// How often all scenes are played at most.
  enum Length {
    FULL(300),
    /// Once, to have seen every class: the caller of a cold start waits for it.
    SHORT(1);

    private final int rounds;

    Length(int rounds) {
      this.rounds = rounds;
    }
  }

  /// One request.
  private record Scene(String path, byte[] body) {}

  private Rehearsal(Door door, List<Scene> scenes) {
    this.door = door;
    this.scenes = scenes;
  }

  static Rehearsal of(Api api) throws IOException {
    var scenes = new ArrayList<Scene>();
    for (String picture : List.of("digit.png", "digit.jpg")) {
      String encoded = Base64.getEncoder().encodeToString(resource(picture));
      scenes.add(scene("/v1/infer", "{\"image_b64\":\"" + encoded + "\"}"));
    }
    scenes.add(scene("/predict", "{\"sentence\":\"All the world's a stage.\"}"));
    scenes.add(scene("/predict", "{\"sms\":\"See you at seven?\"}"));
    return new Rehearsal(api, scenes);
  }

  private static Scene scene(String path, String body) {
    return new Scene(path, body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream file = Rehearsal.class.getResourceAsStream("/rehearsal/" + name)) {
      if (file == null) {
        throw new IOException(name + " is missing from the jar");
      }
      return file.readAllBytes();
    }
  }

  /// Plays all scenes in turn until that has not become faster for a while, or has been done often
  /// or long enough.
  void run(Length length) {
    long began = System.nanoTime();
    long fastest = Long.MAX_VALUE;
    int sinceFaster = 0;
    for (int round = 0;
        round < length.rounds
            && sinceFaster < PATIENCE
            && System.nanoTime() - began < LONGEST_NANOS;
        round++) {
      long before = System.nanoTime();
      scenes.forEach(this::play);
      long took = System.nanoTime() - before;
      sinceFaster = took < fastest * NOTICEABLE ? 0 : sinceFaster + 1;
      fastest = Math.min(fastest, took);
    }
  }

  private void play(Scene scene) {
    var head =
        new Head(
            "POST", scene.path(), NO_HEADERS, "127.0.0.1", scene.body().length, System.nanoTime());
    if (door.enter(head) instanceof Entrance.Open(Exchange exchange)) {
      try (exchange) {
        exchange.answer(Content.of(scene.body()));
      }
    }
  }
}
