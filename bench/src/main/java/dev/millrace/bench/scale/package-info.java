/**
 * {@code millrace bench scale}: how evenly the partitions of a lane progress, and how well workers
 * that join and leave use their slots. Each worker is a process of its own, on one broker. One
 * thread runs it; a worker that leaves is waited for by another.
 */
@NullMarked
package dev.millrace.bench.scale;

import org.jspecify.annotations.NullMarked;
