/// AWS: the events of a Lambda function, the store there, what moves traffic and what tells of it.
/// Only this package sees the SDK.
@NullMarked
package dev.sluice.aws;

import org.jspecify.annotations.NullMarked;
