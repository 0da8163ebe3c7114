/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.wire.header;

import org.jspecify.annotations.NullMarked;
