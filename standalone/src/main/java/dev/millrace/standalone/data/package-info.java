/**
 * The folder in which Millrace keeps what a run needs again: where each part stores its things, and
 * that only one process uses it. Runs on the thread that starts Millrace. Depends on the embedded
 * broker's module for the lock on a folder.
 */
@NullMarked
package dev.millrace.standalone.data;

import org.jspecify.annotations.NullMarked;
