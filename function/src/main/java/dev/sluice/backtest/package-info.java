/// What a plan would do with traffic that is invented or was recorded.
@NullMarked
package dev.sluice.backtest;

import org.jspecify.annotations.NullMarked;
