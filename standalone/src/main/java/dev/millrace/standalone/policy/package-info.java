/**
 * {@code millrace policy}: applies, compares, rolls back and simulates policies through the control
 * topic.
 *
 * <p>Decisions are pure functions of the control state. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.policy;

import org.jspecify.annotations.NullMarked;
