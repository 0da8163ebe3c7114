/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.simulator.answer;

import org.jspecify.annotations.NullMarked;
