/** Tests of the tenants' pace. */
@NullMarked
package dev.millrace.router.fair;

import org.jspecify.annotations.NullMarked;
