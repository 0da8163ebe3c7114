/** The {@code millrace documents} commands. */
@NullMarked
package dev.millrace.standalone.cli.documents;

import org.jspecify.annotations.NullMarked;
