/**
 * Timestamps of the records that the router reads; sizes and partitions of the records that it
 * writes. Stateless; runs on stream threads. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.records;

import org.jspecify.annotations.NullMarked;
