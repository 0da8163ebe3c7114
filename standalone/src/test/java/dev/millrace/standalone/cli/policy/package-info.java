/** Tests of the commands for policies. */
@NullMarked
package dev.millrace.standalone.cli.policy;

import org.jspecify.annotations.NullMarked;
