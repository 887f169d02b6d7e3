/// The life of one change: what was planned, where it stands, what follows.
@NullMarked
package dev.sluice.rollout;

import org.jspecify.annotations.NullMarked;
