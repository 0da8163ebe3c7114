/** {@code bench economy}: what routing and the answer cache save on a day of customer service. */
@NullMarked
package dev.millrace.bench.economy;

import org.jspecify.annotations.NullMarked;
