/**
 * {@code millrace bench quota}: measures how fully workers use a provider's limit and how often
 * they exceed it. The simulated provider runs in this process; broker and workers are separate
 * processes. One thread runs the measurements; another thread waits for each leaving worker.
 */
@NullMarked
package dev.millrace.bench.quota;

import org.jspecify.annotations.NullMarked;
