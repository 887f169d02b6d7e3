package dev.sluice.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;

/// What somebody looks at the console with.
enum Screen {
  LIGHT(1280, 800, 1, ColorScheme.LIGHT),
  DARK(1280, 800, 1, ColorScheme.DARK),
  PHONE(390, 844, 2, ColorScheme.LIGHT),
  DARK_PHONE(390, 844, 2, ColorScheme.DARK);

  private final int width;
  private final int height;
  private final double scale;
  private final ColorScheme scheme;

  Screen(int width, int height, double scale, ColorScheme scheme) {
    this.width = width;
    this.height = height;
    this.scale = scale;
    this.scheme = scheme;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  Browser.NewContextOptions options() {
    return new Browser.NewContextOptions()
        .setViewportSize(width, height)
        .setDeviceScaleFactor(scale)
        .setColorScheme(scheme)
        .setReducedMotion(ReducedMotion.REDUCE)
        .setLocale("en-GB")
        .setTimezoneId("UTC");
  }
}
