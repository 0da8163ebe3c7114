/**
 * The commands with which an operator interrupts a running pipeline through its control topic:
 * {@code pause}, {@code resume}, {@code cancel} and {@code breaker}. Also decides the changes of
 * policies, limits and purges, for other commands and the gateway. Decisions are pure functions of
 * the control state. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.control;

import org.jspecify.annotations.NullMarked;
