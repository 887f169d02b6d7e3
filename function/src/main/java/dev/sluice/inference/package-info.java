/// Models, tensors and tasks: what a model takes and gives, in plain values.
@NullMarked
package dev.sluice.inference;

import org.jspecify.annotations.NullMarked;
