/**
 * {@code millrace bench scale}: measures how evenly the partitions of a lane progress, and how well
 * workers that join and leave use their slots. Each worker is a separate process; all share one
 * broker. One thread runs the measurements; another thread waits for each leaving worker.
 */
@NullMarked
package dev.millrace.bench.scale;

import org.jspecify.annotations.NullMarked;
