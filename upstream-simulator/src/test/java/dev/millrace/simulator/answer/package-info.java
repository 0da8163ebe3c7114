/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.answer;

import org.jspecify.annotations.NullMarked;
