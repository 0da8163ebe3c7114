/**
 * Reads and prints the output of {@code millrace status}: backlogs, running services, policies in
 * force, pauses, open breakers, shared limits, reasons to wait, and tenants ahead of their fair
 * share. Reads once what the services have committed, and changes nothing. Runs on the command's
 * thread.
 */
@NullMarked
package dev.millrace.standalone.status;

import org.jspecify.annotations.NullMarked;
