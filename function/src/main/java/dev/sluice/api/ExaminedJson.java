package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Writes what trying a model came to.
public final class ExaminedJson {
  private ExaminedJson() {}

  /// One line.
  public static String line(Examined examined) {
    return new String(new JsonText().write(out -> write(out, examined)), StandardCharsets.UTF_8);
  }

  static void write(JsonGenerator out, Examined examined) throws IOException {
    out.writeStartObject();
    out.writeBooleanField("valid", examined.valid());
    out.writeArrayFieldStart("faults");
    for (String fault : examined.faults()) {
      out.writeString(fault);
    }
    out.writeEndArray();
    if (examined.digest().isPresent()) {
      out.writeStringField("sha256", examined.digest().get());
      out.writeNumberField("file_bytes", examined.fileBytes());
    }
    if (examined.task().isPresent()) {
      out.writeStringField("task", examined.task().get());
    }
    if (examined.signature().isPresent()) {
      write(out, examined.signature().get());
    }
    out.writeEndObject();
  }

  /// Writes the members `inputs` and `outputs` into an open object.
  static void write(JsonGenerator out, Signature signature) throws IOException {
    ports(out, "inputs", signature.inputs());
    ports(out, "outputs", signature.outputs());
  }

  private static void ports(JsonGenerator out, String name, List<Port> ports) throws IOException {
    out.writeArrayFieldStart(name);
    for (Port port : ports) {
      out.writeStartObject();
      out.writeStringField("name", port.name());
      out.writeStringField("type", port.type().name().toLowerCase(Locale.ROOT));
      out.writeArrayFieldStart("shape");
      for (long length : port.shape()) {
        out.writeNumber(length);
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
