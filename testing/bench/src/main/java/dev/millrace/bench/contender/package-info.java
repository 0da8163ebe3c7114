/**
 * The contenders of {@code bench worker}: consumers of a job topic with slow calls. {@link
 * dev.millrace.bench.contender.ContenderProgram} runs each contender in a separate process.
 */
@NullMarked
package dev.millrace.bench.contender;

import org.jspecify.annotations.NullMarked;
