/// The packaged service, started as a process of its own and called from outside.
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;
