/** Tests of this package. */
@NullMarked
package dev.millrace.bench.resilience;

import org.jspecify.annotations.NullMarked;
