/**
 * The command line. {@link dev.millrace.standalone.cli.Commands} registers one class per command.
 * The command of a subject is in the package of its subject. Commands run on the main thread.
 */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
