/**
 * {@code millrace check}: checks a configuration, and its keys and models with live calls through
 * the worker's own provider client.
 */
@NullMarked
package dev.millrace.standalone.check;

import org.jspecify.annotations.NullMarked;
