/**
 * {@code millrace bench run}: generated jobs through a whole run, and its output compared with the
 * bill of the simulated provider. Memory does not grow with the number of jobs.
 */
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
