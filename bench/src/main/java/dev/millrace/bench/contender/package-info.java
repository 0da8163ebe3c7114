/**
 * Those that are compared, each a way to work off a job topic with slow calls, and each run by
 * {@link dev.millrace.bench.contender.ContenderProgram} in a process of its own.
 */
@NullMarked
package dev.millrace.bench.contender;

import org.jspecify.annotations.NullMarked;
