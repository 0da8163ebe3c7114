/**
 * {@code millrace dead-letters}: lists requests that became no job, and publishes their bytes
 * again. Reads the database of a sink on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.deadletter;

import org.jspecify.annotations.NullMarked;
