/// Which variant answers.
@NullMarked
package dev.sluice.routing;

import org.jspecify.annotations.NullMarked;
