/**
 * Reads usage logs of several formats: the model, the tokens, the cost and the time of each
 * request. Holds one line in memory. Used by one thread.
 */
@NullMarked
package dev.millrace.standalone.audit.log;

import org.jspecify.annotations.NullMarked;
