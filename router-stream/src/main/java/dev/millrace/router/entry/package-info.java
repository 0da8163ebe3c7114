/**
 * The binary keys and values of entries in stores, and of messages between routers.
 *
 * <p>Pure functions. Depends on no other package.
 */
@NullMarked
package dev.millrace.router.entry;

import org.jspecify.annotations.NullMarked;
