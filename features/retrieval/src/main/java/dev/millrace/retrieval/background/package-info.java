/**
 * Runs work of this process on dedicated threads, and detects that such a thread must reopen its
 * topics. Any thread can start and close such a thread. Depends on contracts.
 */
@NullMarked
package dev.millrace.retrieval.background;

import org.jspecify.annotations.NullMarked;
