/// Whether a new version is harmful or safe, from counts per window. Numbers only: no clock, no
/// chance, no models.
@NullMarked
package dev.sluice.statistics;

import org.jspecify.annotations.NullMarked;
