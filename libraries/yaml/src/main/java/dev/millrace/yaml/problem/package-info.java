/**
 * The problems of a file, each with file, line and key path, the exception that reports all of
 * them, and the violation that a self-validating record throws.
 *
 * <p>Values, and collectors that belong to one thread. Depends on no other package of the module.
 */
@NullMarked
package dev.millrace.yaml.problem;

import org.jspecify.annotations.NullMarked;
