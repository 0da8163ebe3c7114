/**
 * {@code millrace bench run}: runs generated jobs and compares the output with the bill of the
 * simulated provider. Memory does not grow with the number of jobs.
 */
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
