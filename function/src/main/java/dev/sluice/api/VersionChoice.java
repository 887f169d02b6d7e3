package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.inference.Version;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The body of `POST /admin/models/…`: which version, or which file.
///
/// @param members by name, as they came
record VersionChoice(Map<String, String> members) {
  VersionChoice {
    members = Map.copyOf(members);
  }

  /// A body that names a version.
  static VersionChoice version(JsonParser json) throws IOException, BadBody {
    return read(json, List.of("model", "version"));
  }

  /// A body that names a version or a path, and what it must be like.
  static VersionChoice candidate(JsonParser json) throws IOException, BadBody {
    return read(json, List.of("model", "version", "path", "like"));
  }

  private static VersionChoice read(JsonParser json, List<String> known)
      throws IOException, BadBody {
    var members = new HashMap<String, String>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      if (!known.contains(member)) {
        throw new BadBody("", "unknown member; known here: " + String.join(", ", known));
      }
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new BadBody("/" + member, "a string is expected");
      }
      members.put(member, json.getText());
    }
    return new VersionChoice(members);
  }

  private Optional<String> member(String name) {
    return Optional.ofNullable(members.get(name));
  }

  Models.Name name() throws BadBody {
    return new Models.Name(named("model"), named("version"));
  }

  private String named(String member) throws BadBody {
    String text =
        member(member).orElseThrow(() -> new BadBody("/" + member, "model and version are needed"));
    return checked(text, "/" + member);
  }

  private static String checked(String text, String pointer) throws BadBody {
    if (!Version.isName(text)) {
      throw new BadBody(
          pointer, "a name is expected: letters, digits, dot, dash, underscore, at most 128");
    }
    return text;
  }

  Models.Candidate candidate() throws BadBody {
    Optional<String> path = member("path");
    if (path.isEmpty()) {
      return new Models.Candidate.OfVersion(name());
    }
    if (members.containsKey("model") || members.containsKey("version")) {
      throw new BadBody("", "either path, or model and version");
    }
    return new Models.Candidate.AtPath(path.get());
  }

  /// `like`: the name of a version of the same model, or `model/version`.
  Optional<Models.Name> like() throws BadBody {
    Optional<String> like = member("like");
    if (like.isEmpty()) {
      return Optional.empty();
    }
    int slash = like.get().indexOf('/');
    if (slash < 0 && !members.containsKey("model")) {
      throw new BadBody("/like", "with a path, like is model/version");
    }
    String model = slash < 0 ? named("model") : like.get().substring(0, slash);
    return Optional.of(
        new Models.Name(
            checked(model, "/like"), checked(like.get().substring(slash + 1), "/like")));
  }
}
