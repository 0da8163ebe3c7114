/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.limit;

import org.jspecify.annotations.NullMarked;
