/**
 * Tests of the dependencies between modules and packages, and of the style rules that a machine can
 * check. They read the compiled classes of all modules, and live here because only this module
 * depends on all others.
 */
@NullMarked
package dev.millrace.standalone.architecture;

import org.jspecify.annotations.NullMarked;
