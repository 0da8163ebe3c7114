/**
 * A day of jobs with deadlines, on simulated time: what they cost, and how many end on time, by the
 * decisions that {@code Buyer}s make. One thread, no clock; equal seeds give equal days.
 */
@NullMarked
package dev.millrace.bench.deadlines;

import org.jspecify.annotations.NullMarked;
