/// What the wire says: JSON, problem+json, paths. The same bytes for every way in.
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
