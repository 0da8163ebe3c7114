/**
 * {@code millrace bench worker}: compares Millrace's worker with other consumers of a job topic
 * with slow calls. Contenders run one after another in separate processes on one broker. One thread
 * runs the measurements; another thread submits the jobs of the latency measurement.
 */
@NullMarked
package dev.millrace.bench.worker;

import org.jspecify.annotations.NullMarked;
