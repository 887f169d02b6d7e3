/// Who may come in, and when.
@NullMarked
package dev.sluice.admission;

import org.jspecify.annotations.NullMarked;
