/** Options that commands share. */
@NullMarked
package dev.millrace.standalone.cli.choice;

import org.jspecify.annotations.NullMarked;
