/**
 * Tests of the command {@code run}: its results, its costs, and a repeated run after a stop, a
 * failure or a change.
 */
@NullMarked
package dev.millrace.standalone.e2e.run;

import org.jspecify.annotations.NullMarked;
