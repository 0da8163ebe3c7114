/** Commands that show, change and simulate routing policies, and the reports that they print. */
@NullMarked
package dev.millrace.standalone.cli.policy;

import org.jspecify.annotations.NullMarked;
