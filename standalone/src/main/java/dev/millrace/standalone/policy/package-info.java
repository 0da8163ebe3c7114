/**
 * {@code millrace policy}: applies, compares and rolls back policies through the control topic.
 * Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.policy;

import org.jspecify.annotations.NullMarked;
