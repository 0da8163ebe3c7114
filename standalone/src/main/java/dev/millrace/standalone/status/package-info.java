/**
 * {@code millrace status}: backlogs, running services, policies in force, pauses, open breakers,
 * shared limits, why jobs wait, and tenants ahead of their fair share; or the progress of one
 * batch. Reads once what the services have committed, and changes nothing. Runs on the command's
 * thread.
 */
@NullMarked
package dev.millrace.standalone.status;

import org.jspecify.annotations.NullMarked;
