/** The commands {@code millrace keys}. */
@NullMarked
package dev.millrace.standalone.cli.key;

import org.jspecify.annotations.NullMarked;
