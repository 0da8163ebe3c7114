/** Child processes: how they are started, and what they use. */
@NullMarked
package dev.millrace.bench.process;

import org.jspecify.annotations.NullMarked;
