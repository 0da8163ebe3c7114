/** The commands that steer a running pipeline: its policies, cancellations and pauses. */
@NullMarked
package dev.millrace.standalone.cli.control;

import org.jspecify.annotations.NullMarked;
