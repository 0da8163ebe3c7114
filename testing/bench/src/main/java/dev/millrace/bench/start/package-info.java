/** {@code millrace bench start}: compares the time to the first result with a bare broker. */
@NullMarked
package dev.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
