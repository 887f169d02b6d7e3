/// Settings and wiring.
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
