/** Tests of the choice of models. */
@NullMarked
package dev.millrace.router.plan;

import org.jspecify.annotations.NullMarked;
