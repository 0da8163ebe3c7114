/**
 * Which job starts next: ready jobs by model, lane and age, and jobs that wait for a time. Pure
 * state on the loop's thread. Depends on {@code limits}, {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.schedule;

import org.jspecify.annotations.NullMarked;
