/**
 * Rules that hold the modules and packages in their directions, and the style where a machine can
 * see it. They read the compiled classes of all modules, here because only here all are seen.
 */
@NullMarked
package dev.millrace.standalone.architecture;

import org.jspecify.annotations.NullMarked;
