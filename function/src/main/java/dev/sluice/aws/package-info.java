/// AWS: what Sluice does there. Only this package sees the SDK.
@NullMarked
package dev.sluice.aws;

import org.jspecify.annotations.NullMarked;
