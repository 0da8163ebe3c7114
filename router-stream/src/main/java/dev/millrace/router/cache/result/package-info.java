/**
 * Reads the results of jobs that were called: the parts that identical jobs may get, and whether
 * the cache may keep them. Stateless; runs on stream threads. Depends on contracts, and on the
 * module wire for the content of answers.
 */
@NullMarked
package dev.millrace.router.cache.result;

import org.jspecify.annotations.NullMarked;
