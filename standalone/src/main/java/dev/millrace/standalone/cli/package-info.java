/**
 * The command line. {@link dev.millrace.standalone.cli.Commands} registers one class per command;
 * the packages below group the commands and their shared options. Commands run on the main thread
 * and leave the work to other packages.
 */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
