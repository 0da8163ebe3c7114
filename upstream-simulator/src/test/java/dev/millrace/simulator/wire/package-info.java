/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
