/// What was seen and what was learned, as JSON that can be kept and read again.
@NullMarked
package dev.sluice.journal;

import org.jspecify.annotations.NullMarked;
