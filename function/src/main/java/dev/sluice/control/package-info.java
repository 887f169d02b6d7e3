/// The tick's way: what was counted becomes evidence, evidence becomes a decision, a decision is
/// written down and then acted upon.
///
/// It never sees a request. What it does to the world goes through ports; what it decides is
/// decided by [dev.sluice.rollout] and can be decided again from what was written.
@NullMarked
package dev.sluice.control;

import org.jspecify.annotations.NullMarked;
