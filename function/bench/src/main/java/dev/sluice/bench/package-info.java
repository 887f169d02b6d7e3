/// Measures the service from outside, and pieces of it from inside.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
