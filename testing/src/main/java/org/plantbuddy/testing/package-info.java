/** What the tests of several modules use. No part of the system depends on it. */
@NullMarked
package org.plantbuddy.testing;

import org.jspecify.annotations.NullMarked;
