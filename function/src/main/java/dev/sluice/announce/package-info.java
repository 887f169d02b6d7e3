/// Tells people, wherever they are, how rollouts end.
///
/// The record of the rollouts is the outbox: what has to be told is read off it, and a cursor says
/// how far the telling has come. So nothing is lost in a crash, and something may be told twice.
@NullMarked
package dev.sluice.announce;

import org.jspecify.annotations.NullMarked;
