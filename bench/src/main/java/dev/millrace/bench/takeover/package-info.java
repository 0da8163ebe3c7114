/**
 * {@code millrace bench router --takeover}: how long requests wait when a router is killed and
 * another one takes its partitions over, with a standby and without. Runs on the calling thread;
 * routers and broker are processes of their own.
 */
@NullMarked
package dev.millrace.bench.takeover;

import org.jspecify.annotations.NullMarked;
