/**
 * What the usage API asks of a running pipeline: its state, and changes that operators make.
 * Depends on nothing of ours; whoever runs the API implements it.
 */
@NullMarked
package dev.millrace.sink.pipeline;

import org.jspecify.annotations.NullMarked;
