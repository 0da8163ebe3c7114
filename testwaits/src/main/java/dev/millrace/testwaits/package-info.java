/**
 * How long the tests wait.
 *
 * <p>Only tests use this package. Depends on no other package of this project.
 */
@NullMarked
package dev.millrace.testwaits;

import org.jspecify.annotations.NullMarked;
