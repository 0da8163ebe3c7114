/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.simulator.settings;

import org.jspecify.annotations.NullMarked;
