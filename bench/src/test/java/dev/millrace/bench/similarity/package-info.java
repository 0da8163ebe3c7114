/** Tests of {@code bench similarity}. */
@NullMarked
package dev.millrace.bench.similarity;

import org.jspecify.annotations.NullMarked;
