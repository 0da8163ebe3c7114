/**
 * The commands with which an operator interrupts a running pipeline through its control topic:
 * {@code pause}, {@code resume}, {@code cancel} and {@code breaker}. Decisions are pure functions
 * of the control state. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.control;

import org.jspecify.annotations.NullMarked;
