package dev.sluice.telemetry;

import dev.sluice.api.MetricsPage.Page;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a registry as a page, in Prometheus' text format or as OpenMetrics 1.0.
final class Exposition {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String TEXT = "text/plain";
  private static final Pattern QUALITY =
      Pattern.compile(";\\s*q\\s*=\\s*([01](?:\\.\\d{0,3})?)\\s*(?:;|$)");

  private final PrometheusRegistry registry;
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();

  Exposition(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /// @param accept an `Accept` field; whoever does not ask for OpenMetrics first gets plain text
  Page page(String accept) {
    double asked = quality(accept, OPEN_METRICS);
    ExpositionFormatWriter writer =
        asked > 0 && asked >= quality(accept, TEXT) ? openMetrics : text;
    var body = new ByteArrayOutputStream(32_768);
    try {
      writer.write(body, registry.scrape());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new Page(writer.getContentType(), body.toByteArray());
  }

  /// RFC 9110, section 12.4.2; 0 for a type that is not named.
  private static double quality(String accept, String type) {
    double best = 0;
    for (String part : accept.toLowerCase(Locale.ROOT).split(",", 64)) {
      String media = part.strip();
      if (media.equals(type) || media.startsWith(type + ";")) {
        Matcher quality = QUALITY.matcher(media);
        best = Math.max(best, quality.find() ? Double.parseDouble(quality.group(1)) : 1);
      }
    }
    return best;
  }
}
