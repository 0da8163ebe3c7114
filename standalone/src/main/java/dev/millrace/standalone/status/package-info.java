/**
 * What {@code millrace status} shows: what waits, who works, which policies are in force, and who
 * is ahead of its pace. Looks from outside, once, at what the services have committed; changes
 * nothing. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.status;

import org.jspecify.annotations.NullMarked;
