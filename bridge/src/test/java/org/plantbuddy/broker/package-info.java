@NullMarked
package org.plantbuddy.broker;

import org.jspecify.annotations.NullMarked;
