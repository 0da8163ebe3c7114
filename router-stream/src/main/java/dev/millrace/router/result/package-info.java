/**
 * Reads the results of jobs that were called: their outcomes, the parts that identical jobs may
 * get, and whether a cache may keep them. Stateless; runs on stream threads. Depends on contracts,
 * and on the module wire for the content of answers.
 */
@NullMarked
package dev.millrace.router.result;

import org.jspecify.annotations.NullMarked;
