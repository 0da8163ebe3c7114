/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.provider;

import org.jspecify.annotations.NullMarked;
