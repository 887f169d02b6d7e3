package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.StoreUnavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// This process and what it works with, as JSON. What is not known is left out. Blocks.
record SystemView(SystemParts parts) {
  // A lease is taken for two ticks at each look; who missed three looks is away.
  private static final int LEASED_TICKS = 2;

  byte[] at(Instant now) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("version", parts.version());
    node.put("revision", parts.revision());
    node.put("mode", parts.mode());
    node.put("instance", parts.instance().get());
    node.put("started_at", parts.startedAt().toString());
    node.put("now", now.toString());
    leadership(now, node);
    load(parts.load().get(), node.putObject("load"));
    ArrayNode deployments = node.putArray("deployments");
    parts.deployments().forEach(deployments::add);
    ArrayNode settings = node.putArray("settings");
    parts.settings().forEach(setting -> settings.add(setting(setting)));
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void leadership(Instant now, ObjectNode node) {
    ObjectNode store = node.putObject("store").put("kind", parts.leadership().store());
    ObjectNode controller =
        node.putObject("controller").put("here", parts.leadership().here().getAsBoolean());
    try {
      Optional<Instant> until = parts.leadership().lease().until();
      Duration tick = parts.leadership().tick();
      until.ifPresent(
          end ->
              controller.put(
                  "last_seen_at", end.minus(tick.multipliedBy(LEASED_TICKS)).toString()));
      controller.put("away", until.filter(end -> now.isBefore(end.plus(tick))).isEmpty());
      store.put("up", true);
    } catch (StoreUnavailable away) {
      store.put("up", false);
    }
  }

  private static void load(SystemParts.Load load, ObjectNode node) {
    node.put("in_flight", load.inFlight());
    node.put("in_flight_limit", load.inFlightLimit());
    node.put("queue_rows", load.queueRows());
    node.put("body_bytes", load.bodyBytes());
    node.put("body_bytes_limit", load.bodyBytesLimit());
    node.put("connections", load.connections());
  }

  private static ObjectNode setting(SystemParts.Setting setting) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", setting.name());
    return switch (setting) {
      case SystemParts.Setting.Open(String name, String value, SystemParts.Origin origin) ->
          node.put("value", value).put("default", origin == SystemParts.Origin.DEFAULT);
      case SystemParts.Setting.Secret(String name, SystemParts.Presence presence) ->
          node.put("secret", true).put("set", presence == SystemParts.Presence.SET);
    };
  }
}
