/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
