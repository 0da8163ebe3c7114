/**
 * Planning and publishing the lines of a run: decides for each line whether to publish it, wait for
 * it or reuse its outcome, and publishes in input order. Runs on the main thread.
 */
@NullMarked
package dev.millrace.standalone.run.publish;

import org.jspecify.annotations.NullMarked;
