/** Tests of the commands that use the database of a sink. */
@NullMarked
package dev.millrace.standalone.cli.results;

import org.jspecify.annotations.NullMarked;
