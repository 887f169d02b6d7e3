/// The request's way: admit, route, run, record.
@NullMarked
package dev.sluice.serving;

import org.jspecify.annotations.NullMarked;
