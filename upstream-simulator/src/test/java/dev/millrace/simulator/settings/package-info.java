/** Unit tests of this package. */
@NullMarked
package dev.millrace.simulator.settings;

import org.jspecify.annotations.NullMarked;
