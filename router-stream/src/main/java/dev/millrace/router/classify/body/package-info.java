/**
 * Reads the body of a request in a single pass: its texts, its question, its media, and everything
 * else that a model must read. Pure; any thread.
 */
@NullMarked
package dev.millrace.router.classify.body;

import org.jspecify.annotations.NullMarked;
