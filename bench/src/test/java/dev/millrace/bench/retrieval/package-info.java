/** Tests of {@code bench retrieval}. */
@NullMarked
package dev.millrace.bench.retrieval;

import org.jspecify.annotations.NullMarked;
