/**
 * The simulator that a configuration names as a provider, in this process; {@code millrace
 * simulator} runs it alone, on the main thread.
 */
@NullMarked
package dev.millrace.standalone.simulator;

import org.jspecify.annotations.NullMarked;
