/** The simulated provider as its clients see it, over HTTP. */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
