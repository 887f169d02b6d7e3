/// AWS: the events of a Lambda function, the store there, and what moves traffic. Only this package sees the
/// SDK.
@NullMarked
package dev.sluice.aws;

import org.jspecify.annotations.NullMarked;
