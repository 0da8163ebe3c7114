/** Tests of {@code bench cache}. */
@NullMarked
package dev.millrace.bench.cache;

import org.jspecify.annotations.NullMarked;
