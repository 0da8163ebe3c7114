/**
 * How long tests wait, and the seeds from which simulations run.
 *
 * <p>Only tests use this package. Depends on no other package of this project.
 */
@NullMarked
package dev.millrace.testwaits;

import org.jspecify.annotations.NullMarked;
