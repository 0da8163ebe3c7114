/**
 * {@code millrace bench worker}: Millrace's worker beside other ways to work off a job topic with
 * slow calls, each in a process of its own, one after the other, on one broker. One thread runs it;
 * the jobs of the latency part are submitted by another.
 */
@NullMarked
package dev.millrace.bench.worker;

import org.jspecify.annotations.NullMarked;
