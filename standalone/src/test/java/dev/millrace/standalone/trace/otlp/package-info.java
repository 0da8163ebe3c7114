/** Traces of jobs, as a receiver gets them from several processes. */
@NullMarked
package dev.millrace.standalone.trace.otlp;

import org.jspecify.annotations.NullMarked;
