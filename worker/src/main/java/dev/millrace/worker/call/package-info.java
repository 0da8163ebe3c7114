/**
 * Calls to providers over HTTP, one virtual thread each. The loop starts a call and gets exactly
 * one report back, whatever happens. Keys stay inside this package.
 */
@NullMarked
package dev.millrace.worker.call;

import org.jspecify.annotations.NullMarked;
