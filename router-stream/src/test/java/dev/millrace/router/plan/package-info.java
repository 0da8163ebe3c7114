/** Tests of the decisions about models. */
@NullMarked
package dev.millrace.router.plan;

import org.jspecify.annotations.NullMarked;
