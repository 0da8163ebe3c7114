/**
 * Computes how much heap the jobs and buffers of each service in a process may use. Pure functions.
 */
@NullMarked
package dev.millrace.contracts.memory;

import org.jspecify.annotations.NullMarked;
