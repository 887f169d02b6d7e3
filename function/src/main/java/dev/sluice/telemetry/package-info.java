/// Meters, log lines, traces.
@NullMarked
package dev.sluice.telemetry;

import org.jspecify.annotations.NullMarked;
