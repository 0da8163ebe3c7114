/**
 * The commands {@code millrace cache}, which show, purge and evaluate stored answers, and their
 * texts for persons and machines.
 */
@NullMarked
package dev.millrace.standalone.cli.cache;

import org.jspecify.annotations.NullMarked;
