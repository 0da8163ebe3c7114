/** Speaking with the user of a command: where to print, how to end. */
@NullMarked
package dev.millrace.standalone.console;

import org.jspecify.annotations.NullMarked;
