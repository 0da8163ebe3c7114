/** Kills and pauses sinks that run as processes of their own, and compares tables with topics. */
@NullMarked
package dev.millrace.sink.crash;

import org.jspecify.annotations.NullMarked;
