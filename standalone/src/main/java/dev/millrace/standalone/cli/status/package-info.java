/** The command that shows the state of a running pipeline or of a batch. */
@NullMarked
package dev.millrace.standalone.cli.status;

import org.jspecify.annotations.NullMarked;
