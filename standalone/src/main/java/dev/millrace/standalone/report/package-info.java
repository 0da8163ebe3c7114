/**
 * What {@code millrace policy report} tells: how the arms of a policy's splits compare, from the
 * final cost events of their jobs and from what control says of ramps and guards. Reads what is
 * committed, once; changes nothing. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.report;

import org.jspecify.annotations.NullMarked;
