/** Commands that read the database of a sink: {@code results}, {@code dead-letters}. */
@NullMarked
package dev.millrace.standalone.cli.results;

import org.jspecify.annotations.NullMarked;
