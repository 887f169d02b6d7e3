/// When a batch goes.
@NullMarked
package dev.sluice.batching;

import org.jspecify.annotations.NullMarked;
