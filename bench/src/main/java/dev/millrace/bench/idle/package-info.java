/**
 * {@code millrace bench idle}: what a pipeline with nothing to do takes, beside what it rests on.
 */
@NullMarked
package dev.millrace.bench.idle;

import org.jspecify.annotations.NullMarked;
