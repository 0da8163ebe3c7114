/**
 * Which call starts next, and whether it may: ready jobs by model, lane and age; jobs that wait for
 * a time; and the limits that a call passes before it starts. Pure state on the loop's thread, with
 * the time as an argument or from the loop's clock. Depends on {@code job} and the ports.
 */
@NullMarked
package dev.millrace.worker.schedule;

import org.jspecify.annotations.NullMarked;
