/** Commands that show, change and simulate routing policies, and their reports. */
@NullMarked
package dev.millrace.standalone.cli.policy;

import org.jspecify.annotations.NullMarked;
