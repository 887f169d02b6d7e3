/// Ways in and out that are Amazon's: the events of a Lambda function.
@NullMarked
package dev.sluice.aws;

import org.jspecify.annotations.NullMarked;
