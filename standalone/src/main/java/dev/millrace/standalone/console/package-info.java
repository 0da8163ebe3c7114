/** The terminal, signals, exit codes and error messages that all commands share. */
@NullMarked
package dev.millrace.standalone.console;

import org.jspecify.annotations.NullMarked;
