/// What is measured, and what follows.
@NullMarked
package dev.sluice.experiment;

import org.jspecify.annotations.NullMarked;
