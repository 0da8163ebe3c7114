/**
 * Implements {@code millrace policy report}, which compares the arms of a policy's splits. Reads
 * the final cost events of their jobs, and the state of ramps and guards in control. Reads
 * committed records once and writes nothing. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.policy.report;

import org.jspecify.annotations.NullMarked;
