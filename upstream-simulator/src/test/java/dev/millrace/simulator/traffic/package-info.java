/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.traffic;

import org.jspecify.annotations.NullMarked;
