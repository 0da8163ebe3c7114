/**
 * What the usage API asks of a running pipeline: its state, and changes that operators make. The
 * program that runs the API implements the interfaces. Depends on nothing of ours.
 */
@NullMarked
package dev.millrace.sink.pipeline;

import org.jspecify.annotations.NullMarked;
