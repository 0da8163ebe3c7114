/**
 * The command line: one class a command, thin over the packages that do the work. All of it runs on
 * the main thread.
 */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
