/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.simulator.provider;

import org.jspecify.annotations.NullMarked;
