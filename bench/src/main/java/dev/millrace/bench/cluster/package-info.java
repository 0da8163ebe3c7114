/**
 * The broker that all are measured on, what is put into it, and what a committed reader sees of
 * what comes out.
 */
@NullMarked
package dev.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
