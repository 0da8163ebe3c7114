/** Commands that take batch files: {@code run} in an embedded pipeline, {@code submit} to any. */
@NullMarked
package dev.millrace.standalone.cli.batch;

import org.jspecify.annotations.NullMarked;
