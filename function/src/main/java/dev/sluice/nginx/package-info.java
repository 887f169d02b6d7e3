/// nginx: the file that splits traffic between two instances, what makes nginx take it, and what
/// the instances say in their metrics.
@NullMarked
package dev.sluice.nginx;

import org.jspecify.annotations.NullMarked;
