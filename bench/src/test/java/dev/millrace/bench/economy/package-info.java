/** Tests of {@code bench economy}. */
@NullMarked
package dev.millrace.bench.economy;

import org.jspecify.annotations.NullMarked;
