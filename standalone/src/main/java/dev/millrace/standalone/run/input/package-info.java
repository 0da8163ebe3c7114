/**
 * What {@code millrace run} was asked to do: its settings, its environment and its input files, and
 * the checks that come before any line is planned. Runs on the main thread.
 */
@NullMarked
package dev.millrace.standalone.run.input;

import org.jspecify.annotations.NullMarked;
