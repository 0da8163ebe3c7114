/** Tests of this package. */
@NullMarked
package dev.millrace.bench.quota;

import org.jspecify.annotations.NullMarked;
