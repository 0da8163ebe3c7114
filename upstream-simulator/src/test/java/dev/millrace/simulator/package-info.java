/** Tests of the simulated provider over HTTP. */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
